#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"
#include "gateway/issuer/oauth_request.h"
#include "http/message.h"

namespace tintype::gateway {

/// What the form shows besides its two fields.
struct SignInForm {
  int status = 200;
  const AuthorizationRequest& request;
  const Secret& token;            ///< Against forms of others: the cookie's value, sent back.
  std::string_view message = {};  ///< Why the last try was none; empty at the first.
  std::string_view name = {};     ///< As it was typed.
};

/// A page with a form that signs somebody in for an application. It needs no script, loads nothing,
/// is not shown inside other pages, and leads nowhere but here and to the application.
http::Response sign_in_form(const SignInForm& form);

/// A page that says why there is no form; for the person, where the application must not be told.
http::Response authorization_failed(std::string_view description);

/// `text` as HTML shows it, in content and in quoted attributes.
std::string escape_html(std::string_view text);

}  // namespace tintype::gateway
