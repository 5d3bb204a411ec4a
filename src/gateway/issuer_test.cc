#include "gateway/issuer.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <fstream>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "gateway/jwt.h"
#include "gateway/test_gateway.h"

namespace tintype::gateway {
namespace {

using test::kNow;

Issuer::Options options_in(const test::Folder& folder) {
  return {
      .key_file = folder.path() / "issuer.json", .url = test::kIssuer, .audience = test::kAudience};
}

TEST(IssuerOpen, MakesAKeyThatOnlyItsOwnerReads) {
  const test::Folder folder;
  const auto issuer = Issuer::open(options_in(folder));
  ASSERT_TRUE(issuer) << issuer.error().message;

  struct stat status{};
  ASSERT_EQ(::stat(options_in(folder).key_file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  const std::filesystem::directory_iterator files(folder.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1) << "something was left behind";
}

TEST(IssuerOpen, KeepsItsKey) {
  const test::Folder folder;
  const std::string first = (*Issuer::open(options_in(folder)))->jwks_json();
  EXPECT_EQ((*Issuer::open(options_in(folder)))->jwks_json(), first);
}

TEST(IssuerOpen, AgreesOnOneKeyWhenManyStartAtOnce) {
  const test::Folder folder;
  std::vector<std::string> keys(8);
  {
    std::vector<std::jthread> threads;
    for (std::string& key : keys)
      threads.emplace_back([&key, &folder] {
        if (const auto issuer = Issuer::open(options_in(folder))) key = (*issuer)->jwks_json();
      });
  }
  for (const std::string& key : keys) {
    EXPECT_FALSE(key.empty());
    EXPECT_EQ(key, keys.front());
  }
}

TEST(IssuerOpen, RefusesAKeyFileThatIsWrong) {
  const struct {
    const char* name;
    std::string content;
    unsigned mode;
    ErrorCode code;
  } cases[] = {
      {"empty", "", 0600, ErrorCode::corrupt},
      {"not JSON", "secret", 0600, ErrorCode::corrupt},
      {"no key", "{}", 0600, ErrorCode::corrupt},
      {"too long", std::string(20'000, ' '), 0600, ErrorCode::too_large},
      {"for everybody to read", "{}", 0644, ErrorCode::denied},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const test::Folder folder;
    ASSERT_TRUE(write_file(options_in(folder).key_file, c.content, c.mode));
    ASSERT_EQ(::chmod(options_in(folder).key_file.c_str(), c.mode), 0);
    const auto issuer = Issuer::open(options_in(folder));
    ASSERT_FALSE(issuer);
    EXPECT_EQ(issuer.error().code, c.code);
    EXPECT_EQ(issuer.error().message.find("secret"), std::string::npos);
  }
  const test::Folder folder;
  auto nowhere = options_in(folder);
  nowhere.key_file = folder.path() / "missing" / "issuer.json";
  EXPECT_FALSE(Issuer::open(nowhere));
}

TEST(IssuerIssue, MakesAnAccessTokenOfRfc9068) {
  const test::Folder folder;
  const auto issuer = *Issuer::open(options_in(folder));
  const auto token = issuer->issue("ada", std::chrono::minutes(15), kNow);
  ASSERT_TRUE(token) << token.error().message;

  const auto keys = crypto::KeySet::parse(issuer->jwks_json());
  ASSERT_TRUE(keys) << keys.error().message;
  const auto verified = crypto::verify_jws(token->reveal(), *keys);
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(verified->typ, "at+jwt");
  EXPECT_EQ(verified->algorithm, crypto::Algorithm::es256);
  EXPECT_FALSE(verified->kid.empty());
  const auto claims = *parse_json_object(verified->payload_json);
  EXPECT_EQ(claims.at("iss").as_string(), test::kIssuer);
  EXPECT_EQ(claims.at("aud").as_string(), test::kAudience);
  EXPECT_EQ(claims.at("sub").as_string(), "ada");
  EXPECT_EQ(claims.at("client_id").as_string(), "tintype");
  EXPECT_EQ(claims.at("iat").as_int64(), to_epoch_ms(kNow) / 1000);
  EXPECT_EQ(claims.at("exp").as_int64(), to_epoch_ms(kNow) / 1000 + 900);
  EXPECT_EQ(claims.at("jti").as_string().size(), 26U);

  EXPECT_TRUE(verify_jwt(token->reveal(), *keys,
                         {.issuer = test::kIssuer, .audiences = {test::kAudience}}, kNow));
  const auto again = issuer->issue("ada", std::chrono::minutes(15), kNow);
  EXPECT_NE(again->reveal(), token->reveal());
}

TEST(IssuerIssue, RefusesATokenForNobodyOrNoTime) {
  const test::Folder folder;
  const auto issuer = *Issuer::open(options_in(folder));
  EXPECT_FALSE(issuer->issue("", std::chrono::minutes(15), kNow));
  EXPECT_FALSE(issuer->issue("ada", std::chrono::seconds(0), kNow));
  EXPECT_FALSE(issuer->issue("ada", std::chrono::seconds(-1), kNow));
}

TEST(IssuerDocuments, TellNoSecret) {
  const test::Folder folder;
  const auto issuer = *Issuer::open(options_in(folder));
  const auto jwks = parse_json_object(issuer->jwks_json());
  ASSERT_TRUE(jwks);
  ASSERT_EQ(jwks->at("keys").as_array().size(), 1U);
  EXPECT_FALSE(jwks->at("keys").as_array()[0].as_object().contains("d"));

  const auto discovery = parse_json_object(issuer->discovery_json());
  ASSERT_TRUE(discovery);
  EXPECT_EQ(discovery->at("issuer").as_string(), test::kIssuer);
  EXPECT_EQ(discovery->at("jwks_uri").as_string(),
            std::string(test::kIssuer) + "/.well-known/jwks.json");
  for (const char* list : {"response_types_supported", "subject_types_supported",
                           "id_token_signing_alg_values_supported", "claims_supported"})
    EXPECT_TRUE(discovery->at(list).is_array()) << list;
}

TEST(CheckPassword, KnowsItsPeople) {
  const test::Folder folder;
  const auto database = test::open_database(folder);
  ASSERT_TRUE(save_person(*database, "sub-ada", "ada", Secret("analytical engine"), kNow));

  EXPECT_EQ(*check_password(*database, "ada", Secret("analytical engine")), "sub-ada");
  EXPECT_EQ(*check_password(*database, "Ada", Secret("analytical engine")), "sub-ada");
  const struct {
    const char* name;
    const char* person;
    std::string password;
  } cases[] = {
      {"wrong password", "ada", "Analytical engine"},
      {"empty password", "ada", ""},
      {"longest password", "ada", std::string(2000, 'x')},
      {"the hash of nobody is nobody's", "", "analytical engine"},
      {"unknown name", "bob", "analytical engine"},
      {"sub for a name", "sub-ada", "analytical engine"},
      {"a wildcard", "%", "analytical engine"},
      {"SQL", "' OR 1=1 --", "analytical engine"},
      {"not UTF-8", "\xff", "analytical engine"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto sub = check_password(*database, c.person, Secret(c.password));
    ASSERT_FALSE(sub);
    EXPECT_EQ(sub.error().code, ErrorCode::unauthenticated);
  }
}

TEST(SavePerson, ReplacesThePassword) {
  const test::Folder folder;
  const auto database = test::open_database(folder);
  ASSERT_TRUE(save_person(*database, "sub-ada", "ada", Secret("old"), kNow));
  ASSERT_TRUE(save_person(*database, "sub-ada", "lovelace", Secret("new"), kNow));

  EXPECT_FALSE(check_password(*database, "ada", Secret("old")));
  EXPECT_FALSE(check_password(*database, "lovelace", Secret("old")));
  EXPECT_TRUE(check_password(*database, "lovelace", Secret("new")));
}

TEST(SavePerson, RefusesWhoCannotBe) {
  const test::Folder folder;
  const auto database = test::open_database(folder);
  ASSERT_TRUE(save_person(*database, "sub-ada", "ada", Secret("x"), kNow));
  const struct {
    const char* name;
    const char* sub;
    std::string person;
    const char* password;
    ErrorCode code;
  } cases[] = {
      {"another's name", "sub-bob", "ada", "x", ErrorCode::conflict},
      {"no name", "sub-bob", "", "x", ErrorCode::invalid_argument},
      {"no sub", "", "bob", "x", ErrorCode::invalid_argument},
      {"no password", "sub-bob", "bob", "", ErrorCode::invalid_argument},
      {"a long name", "sub-bob", std::string(129, 'b'), "x", ErrorCode::invalid_argument},
      {"a line in the name", "sub-bob", "b\nb", "x", ErrorCode::invalid_argument},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto saved = save_person(*database, c.sub, c.person, Secret(c.password), kNow);
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().code, c.code);
  }
}

}  // namespace
}  // namespace tintype::gateway
