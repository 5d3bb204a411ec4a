#include "gateway/issuer/credentials.h"

#include <gtest/gtest.h>

#include "gateway/issuer/test_issuer.h"

namespace tintype::gateway {
namespace {

SignInName name_of(std::string_view text) { return *SignInName::parse(text); }

class CredentialsTest : public test::OnEachEngine {
 protected:
  void SetUp() override {
    OnEachEngine::SetUp();
    sql::test::run_all(*database_, {"DELETE FROM person"});
    credentials_ = std::make_unique<PersonCredentials>(*database_, registry_, clock_);
  }
  double hashes() { return registry_.counter(kHashes, kHelp).value(); }

  static constexpr const char* kHashes = "tintype_issuer_password_hashes_total";
  static constexpr const char* kHelp = "Passwords that were hashed, to be kept or compared";
  metrics::Registry registry_;
  std::unique_ptr<PersonCredentials> credentials_;
};

TEST_P(CredentialsTest, KnowTheirPeople) {
  ASSERT_TRUE(credentials_->save("sub-ada", "ada", Secret("analytical engine")));

  for (const char* name : {"ada", "Ada", " ada ", "\uff41da"})
    EXPECT_EQ(*credentials_->check(name, Secret("analytical engine")), "sub-ada") << name;
  EXPECT_TRUE(credentials_->check("ada", Secret("\uff41nalytical engine")))
      << "the same from another keyboard";
  const struct {
    const char* name;
    std::string person;
    std::string password;
  } cases[] = {
      {"wrong password", "ada", "Analytical engine"},
      {"unknown name", "bob", "analytical engine"},
      {"a look-alike", "\u0430da", "analytical engine"},
      {"no name", "", "analytical engine"},
      {"sub for a name", "sub-ada", "analytical engine"},
      {"a wildcard", "%", "analytical engine"},
      {"SQL", "' OR 1=1 --", "analytical engine"},
      {"not UTF-8", "\xff", "analytical engine"},
      {"a NUL", std::string("ada\0", 4), "analytical engine"},
      {"a password that is not UTF-8", "ada", "\xff"},
      {"empty password", "ada", ""},
      {"longest password", "ada", std::string(2000, 'x')},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const double before = hashes();
    const auto sub = credentials_->check(c.person, Secret(c.password));
    ASSERT_FALSE(sub);
    EXPECT_EQ(sub.error().code, ErrorCode::unauthenticated);
    EXPECT_EQ(hashes(), before + 1) << "the work is the same whatever is wrong";
  }
}

TEST_P(CredentialsTest, TakeSomebodyNew) {
  const auto sub = credentials_->add(name_of("Zo\u00eb"), Secret("correct horse"));
  ASSERT_TRUE(sub) << sub.error().message;
  EXPECT_EQ(*credentials_->check("zoe\u0308", Secret("correct horse")), *sub);
  EXPECT_TRUE(*credentials_->exists(*sub));
  EXPECT_EQ(count_of("credential WHERE password_hash LIKE '$argon2id$%'"), "1");
  EXPECT_EQ(count_of("person WHERE sub = '" + *sub + "'"), "1");
}

TEST_P(CredentialsTest, TakeNobodyWhoLooksLikeAnother) {
  ASSERT_TRUE(credentials_->add(name_of("paypal"), Secret("correct horse")));
  const double before = hashes();
  for (const char* name :
       {"paypal", "PayPal", "paypa1", "paypaI", "p\u0430yp\u0430l", "\uff50aypal"}) {
    const auto sub = credentials_->add(name_of(name), Secret("correct horse"));
    ASSERT_FALSE(sub) << name;
    EXPECT_EQ(sub.error().code, ErrorCode::conflict) << name;
  }
  EXPECT_EQ(hashes(), before) << "nothing was hashed for nobody";
  EXPECT_EQ(count_of("person"), "1") << "and nobody is left behind";
  EXPECT_TRUE(credentials_->add(name_of("paypals"), Secret("correct horse")));
}

TEST_P(CredentialsTest, AreReplacedWithAllSessions) {
  ASSERT_TRUE(credentials_->save("sub-ada", "ada", Secret("old")));
  sql::test::run_all(*database_,
                     {"INSERT INTO refresh_family (id, sub, client_id, created_at, expires_at, "
                      "ends_at) VALUES ('f', 'sub-ada', 'app', 0, 1, 1)"});
  ASSERT_TRUE(credentials_->save("sub-ada", "lovelace", Secret("new")));

  EXPECT_FALSE(credentials_->check("ada", Secret("old")));
  EXPECT_FALSE(credentials_->check("lovelace", Secret("old")));
  EXPECT_TRUE(credentials_->check("lovelace", Secret("new")));
  EXPECT_EQ(count_of("refresh_family"), "0");
}

TEST_P(CredentialsTest, RefuseWhoCannotBe) {
  ASSERT_TRUE(credentials_->save("sub-ada", "ada", Secret("x")));
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
    const auto saved = credentials_->save(c.sub, c.person, Secret(c.password));
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().code, c.code) << saved.error().message;
  }
}

INSTANTIATE_EACH_ENGINE(CredentialsTest);

}  // namespace
}  // namespace tintype::gateway
