#include "gateway/issuer/sign_in_form.h"

#include <utility>

#include "base/text.h"
#include "crypto/digest.h"

namespace tintype::gateway {

namespace {

constexpr std::string_view kStyle =
    "body{font:1rem/1.5 system-ui,sans-serif;margin:0;display:grid;min-height:100vh;"
    "place-items:center;background:#f4f4f2;color:#222}"
    "main{background:#fff;padding:2rem;border-radius:.5rem;width:min(20rem,100vw - 6rem);"
    "box-shadow:0 1px 4px #0003}h1{font-size:1.25rem;margin:0 0 .5rem}"
    "label{display:block;margin:1rem 0 .25rem}"
    "input,button{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;"
    "border:1px solid #767676;border-radius:.25rem}"
    "button{margin-top:1.5rem;background:#1f4fa3;color:#fff;border:0}"
    ".message{color:#a4161a;margin:.5rem 0 0}"
    "@media(prefers-color-scheme:dark){body{background:#1b1b1b;color:#eee}"
    "main{background:#262626}input{background:#1b1b1b;color:#eee}.message{color:#ff8a8a}}";

/// A form of this page may go here and, by the redirect that answers it, to `source` (CSP Level 3,
/// 6.4.2: browsers look at the redirects too).
std::string policy_for(const std::string& source) {
  const std::string hash = to_base64(as_bytes(crypto::sha256(as_bytes(kStyle))));
  return "default-src 'none'; style-src 'sha256-" + hash + "'; form-action 'self'" +
         (source.empty() ? "" : " " + source) + "; base-uri 'none'; frame-ancestors 'none'";
}

http::Response page(int status, const std::string& title, const std::string& content,
                    const std::string& source) {
  http::Response response;
  response.status = status;
  response.headers = {{"Content-Type", "text/html; charset=utf-8"},
                      {"Cache-Control", "no-store"},
                      {"Content-Security-Policy", policy_for(source)},
                      {"X-Content-Type-Options", "nosniff"},
                      {"X-Frame-Options", "DENY"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cross-Origin-Opener-Policy", "same-origin"}};
  response.body =
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" +
      title + "</title><style>" + std::string(kStyle) + "</style></head><body><main><h1>" + title +
      "</h1>" + content + "</main></body></html>\n";
  return response;
}

std::string hidden(std::string_view name, std::string_view value) {
  return "<input type=\"hidden\" name=\"" + std::string(name) + "\" value=\"" + escape_html(value) +
         "\">";
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&#39;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

http::Response sign_in_form(const SignInForm& form) {
  std::string content =
      "<p>to go on to <strong>" + escape_html(form.request.client_id) + "</strong></p>";
  if (!form.message.empty())
    content += "<p class=\"message\" role=\"alert\">" + escape_html(form.message) + "</p>";
  content += "<form method=\"post\" action=\"/oauth2/authorize\">";
  content += hidden("response_type", "code");
  content += hidden("client_id", form.request.client_id);
  content += hidden("redirect_uri", form.request.redirect_uri);
  content += hidden("state", form.request.state);
  content += hidden("code_challenge", form.request.challenge);
  content += hidden("code_challenge_method", "S256");
  content += hidden("form_token", form.token.reveal());
  content +=
      "<label for=\"name\">Name</label><input id=\"name\" name=\"name\" required "
      "autocomplete=\"username\" value=\"" +
      escape_html(form.name) + "\">";
  content +=
      "<label for=\"password\">Password</label><input id=\"password\" name=\"password\" "
      "type=\"password\" required autocomplete=\"current-password\">"
      "<button>Sign in</button></form>";
  return page(form.status, "Sign in", content, source_of(form.request.redirect_uri));
}

http::Response authorization_failed(std::string_view description) {
  return page(400, "This link does not work", "<p>" + escape_html(description) + "</p>", "");
}

}  // namespace tintype::gateway
