// Prints a signed embed URL for the JSON description on standard input; see sign.py.
package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"net/url"
	"os"
	"strings"
	"time"
)

// sign: begin
var signed = []string{"nonce", "time", "session_length", "external_user_id", "permissions",
	"models", "group_ids", "external_group_id", "user_attributes", "access_filters"}

func signedEmbedURL(baseURL, target, secret string, user map[string]any,
	digest func() hash.Hash) (string, error) {
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return "", err
	}
	parameters := map[string]any{
		"nonce":              hex.EncodeToString(random),
		"time":               time.Now().Unix(),
		"session_length":     300,
		"access_filters":     map[string]any{},
		"force_logout_login": true,
	}
	for name, value := range user {
		parameters[name] = value
	}
	values := url.Values{}
	for name, value := range parameters {
		text, err := json.Marshal(value)
		if err != nil {
			return "", err
		}
		values.Set(name, string(text))
	}
	base, err := url.Parse(baseURL)
	if err != nil {
		return "", err
	}
	path := "/login/embed/" + url.QueryEscape(target)
	lines := []string{base.Host, path}
	for _, name := range signed {
		if values.Has(name) {
			lines = append(lines, values.Get(name))
		}
	}
	mac := hmac.New(digest, []byte(secret))
	mac.Write([]byte(strings.Join(lines, "\n")))
	values.Set("signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return baseURL + path + "?" + values.Encode(), nil
}

// sign: end

func main() {
	var given struct {
		BaseURL   string `json:"base_url"`
		Target    string
		Secret    string
		Algorithm string
		User      map[string]any
	}
	decoder := json.NewDecoder(os.Stdin)
	decoder.UseNumber()
	err := decoder.Decode(&given)
	if err == nil {
		digest := map[string]func() hash.Hash{"sha-1": sha1.New, "sha-256": sha256.New}
		var made string
		made, err = signedEmbedURL(given.BaseURL, given.Target, given.Secret, given.User,
			digest[given.Algorithm])
		fmt.Println(made)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
