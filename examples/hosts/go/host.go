// The smallest host application: a page of yours with a private dashboard in it.
//
//	CASEMENT_EMBED_URL=… CASEMENT_EMBED_CREDENTIAL=… go run host.go
package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"html/template"
	"log"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"
)

var (
	embedURL      = os.Getenv("CASEMENT_EMBED_URL")
	credential    = os.Getenv("CASEMENT_EMBED_CREDENTIAL")
	allowedOrigin = os.Getenv("ALLOWED_ORIGIN")
)

// sign: begin
func signedURL(embedURL, credential string) (string, error) {
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return "", err
	}
	nonce := hex.EncodeToString(random)
	ts := strconv.FormatInt(time.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(credential))
	mac.Write([]byte(nonce + "|" + ts))
	token := hex.EncodeToString(mac.Sum(nil))
	query := url.Values{"token": {token}, "nonce": {nonce}, "ts": {ts}}
	return embedURL + "?" + query.Encode(), nil
}

// sign: end

// html/template escapes the URL.
var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A page with a dashboard</title>
<iframe id="dashboard" title="Dashboard" {{with .}}src="{{.}}" {{end}}style="width: 100%; height: 85vh; border: 0"
  loading="lazy" referrerpolicy="no-referrer" allow="fullscreen"></iframe>
{{if not .}}<script>
fetch('/api/embed-url')
  .then(answer => answer.json())
  .then(({url}) => { document.getElementById('dashboard').src = url; });
</script>{{end}}
</html>
`))

func render(w http.ResponseWriter, src string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err := page.Execute(w, src); err != nil {
		log.Print(err)
	}
}

// First way: the page asks for a signed URL when it loads.
func fetched(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		http.NotFound(w, r)
		return
	}
	render(w, "")
}

// Second way: the server writes the signed URL into the page.
// In your application: only for a visitor who is signed in and may see this dashboard.
func serverRendered(w http.ResponseWriter, r *http.Request) {
	signed, err := signedURL(embedURL, credential)
	if err != nil {
		http.Error(w, "No link could be signed.", http.StatusInternalServerError)
		return
	}
	render(w, signed)
}

// What the first way asks for. In your application: the same condition as above.
func apiEmbedURL(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Access-Control-Allow-Methods", "GET, OPTIONS")
	header.Set("Access-Control-Allow-Headers", "Content-Type")
	if allowedOrigin == "" {
		header.Set("Access-Control-Allow-Origin", "*")
	} else {
		// With cookies ("credentials: 'include'") browsers want the one origin by name.
		header.Set("Access-Control-Allow-Origin", allowedOrigin)
		header.Set("Access-Control-Allow-Credentials", "true")
	}
	if r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	signed, err := signedURL(embedURL, credential)
	if err != nil {
		http.Error(w, "No link could be signed.", http.StatusInternalServerError)
		return
	}
	header.Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(map[string]string{"url": signed}); err != nil {
		log.Print(err)
	}
}

func main() {
	if embedURL == "" || credential == "" {
		log.Fatal("Set CASEMENT_EMBED_URL and CASEMENT_EMBED_CREDENTIAL to the share's url and credential.")
	}
	port := os.Getenv("PORT")
	if port == "" {
		port = "5000"
	}
	http.HandleFunc("/", fetched)
	http.HandleFunc("/server-rendered", serverRendered)
	http.HandleFunc("/api/embed-url", apiEmbedURL)
	log.Printf("http://127.0.0.1:%s/", port)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+port, nil))
}
