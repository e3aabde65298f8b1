// Prints a signed link for the JSON description on standard input; see sign.py.
package main

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
)

// sign: begin
type link struct {
	URL, Key, Name, Nonce string
	Org, Session, Now     int64
	Lock, Bound           []string
}

// PBKDF2 with HMAC-SHA256; crypto/pbkdf2 has it from Go 1.24 on.
func pbkdf2(password, salt string, iterations, length int) (out []byte) {
	mac := hmac.New(sha256.New, []byte(password))
	for block := uint32(1); len(out) < length; block++ {
		mac.Reset()
		mac.Write(binary.BigEndian.AppendUint32([]byte(salt), block))
		step := mac.Sum(nil)
		sum := slices.Clone(step)
		for i := 1; i < iterations; i++ {
			mac.Reset()
			mac.Write(step)
			step = mac.Sum(nil)
			for j := range sum {
				sum[j] ^= step[j]
			}
		}
		out = append(out, sum...)
	}
	return out[:length]
}

func keyHash(key string) (string, error) {
	var parts struct{ K, N string }
	if strings.HasPrefix(key, "glsa_") {
		fields := strings.Split(key, "_")
		parts.K, parts.N = fields[1], fields[2]
	} else if text, err := base64.StdEncoding.DecodeString(key); err != nil {
		return "", err
	} else if err := json.Unmarshal(text, &parts); err != nil {
		return "", err
	}
	return hex.EncodeToString(pbkdf2(parts.K, parts.N, 10000, 50)), nil
}

func withParameters(base string, pairs ...any) string {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i].(string), fmt.Sprint(pairs[i+1]))
	}
	if strings.Contains(base, "?") {
		return base + "&" + values.Encode()
	}
	return base + "?" + values.Encode()
}

func signV2(l link) (string, error) {
	hash, err := keyHash(l.Key)
	signature := md5.Sum([]byte(fmt.Sprintf("%s_%d", hash, l.Now)))
	return withParameters(l.URL,
		"aliyun_api_key_sign", hex.EncodeToString(signature[:]),
		"aliyun_api_key_timestamp", l.Now, "aliyun_api_key_name", l.Name,
		"aliyun_api_key_org_id", l.Org, "aliyun_api_key_expire_seconds", l.Session), err
}

func signV3(l link) (string, error) {
	hash, err := keyHash(l.Key)
	if err != nil {
		return "", err
	}
	parsed, err := url.Parse(l.URL)
	if err != nil {
		return "", err
	}
	path, query, expires := parsed.EscapedPath(), parsed.Query(), l.Now+300
	lines := []string{"casement-grafana-v3", path, fmt.Sprint(l.Org), l.Name, fmt.Sprint(expires),
		fmt.Sprint(l.Session), l.Nonce}
	if strings.HasPrefix(path, "/d-solo/") {
		lines = append(lines, "panel:"+query.Get("panelId"))
	}
	add := func(kind string, names []string) {
		for _, name := range slices.Sorted(slices.Values(names)) {
			for _, value := range slices.Sorted(slices.Values(query["var-"+name])) {
				lines = append(lines, kind+":"+name+"="+value)
			}
		}
	}
	add("lock", l.Lock)
	add("bound", l.Bound)
	mac := hmac.New(sha256.New, []byte(hash))
	mac.Write([]byte(strings.Join(lines, "\n")))
	return withParameters(l.URL,
		"casement_key", l.Name, "casement_org", l.Org, "casement_expires", expires,
		"casement_session", l.Session, "casement_lock", strings.Join(l.Lock, ","),
		"casement_bound", strings.Join(l.Bound, ","), "casement_nonce", l.Nonce,
		"casement_signature", hex.EncodeToString(mac.Sum(nil))), nil
}

// sign: end

func main() {
	random := make([]byte, 16)
	_, err := rand.Read(random)
	var given struct {
		Version int
		link
	}
	given.Now, given.Nonce = time.Now().Unix(), hex.EncodeToString(random)
	if err == nil {
		err = json.NewDecoder(os.Stdin).Decode(&given)
	}
	var made string
	if err == nil && given.Version == 2 {
		made, err = signV2(given.link)
	} else if err == nil {
		made, err = signV3(given.link)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(made)
}
