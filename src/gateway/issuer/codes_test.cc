#include "gateway/issuer/codes.h"

#include <gtest/gtest.h>

#include "gateway/issuer/test_issuer.h"

namespace tintype::gateway {
namespace {

// https://www.rfc-editor.org/rfc/rfc7636#appendix-B
constexpr const char* kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr const char* kChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
constexpr const char* kRedirect = "http://127.0.0.1:4567/cb";

TEST(Challenge, IsAnsweredByItsVerifierAlone) {
  EXPECT_TRUE(is_challenge(kChallenge));
  EXPECT_TRUE(answers_challenge(kVerifier, kChallenge));
  const std::string verifier = kVerifier;
  for (const std::string& wrong :
       {std::string(), verifier + "A", verifier.substr(1), std::string(kChallenge),
        std::string(129, 'a'), verifier + "=", std::string(42, 'a')})
    EXPECT_FALSE(answers_challenge(wrong, kChallenge)) << wrong;
  for (const char* text : {"", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c",
                           "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cMM",
                           "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"})
    EXPECT_FALSE(is_challenge(text)) << text;
  // "plain" would be its own answer.
  EXPECT_FALSE(answers_challenge(kVerifier, kVerifier));
}

class CodesTest : public test::OnEachEngine {
 protected:
  void SetUp() override {
    OnEachEngine::SetUp();
    sessions_ = std::make_unique<Sessions>(
        *database_,
        Sessions::Lifetimes{.idle_max = std::chrono::hours(1), .age_max = std::chrono::hours(1)},
        clock_);
    codes_ = std::make_unique<Codes>(*database_, *sessions_, clock_);
  }

  Codes::Redemption fresh() {
    auto code = codes_->make({.sub = "sub-ada",
                              .client_id = "desk",
                              .redirect_uri = kRedirect,
                              .challenge = kChallenge});
    EXPECT_TRUE(code) << code.error().message;
    return {.code = code ? *std::move(code) : Secret(),
            .client_id = "desk",
            .redirect_uri = kRedirect,
            .verifier = kVerifier};
  }
  bool is_refused(const Codes::Redemption& redemption) {
    const auto grant = codes_->redeem(redemption);
    return !grant && grant.error().code == ErrorCode::unauthenticated;
  }

  std::unique_ptr<Sessions> sessions_;
  std::unique_ptr<Codes> codes_;
};

TEST_P(CodesTest, AreExchangedForASession) {
  const auto redemption = fresh();
  const auto grant = codes_->redeem(redemption);
  ASSERT_TRUE(grant) << grant.error().message;
  EXPECT_EQ(grant->sub, "sub-ada");
  EXPECT_TRUE(sessions_->refresh(grant->refresh_token, "desk"));
  EXPECT_EQ(
      count_of("authorization_code WHERE digest = '" + std::string(redemption.code.reveal()) + "'"),
      "0");
}

TEST_P(CodesTest, ThatComeAgainEndWhatTheyGave) {
  const auto redemption = fresh();
  const auto grant = codes_->redeem(redemption);
  ASSERT_TRUE(grant);
  EXPECT_TRUE(is_refused(redemption));
  EXPECT_FALSE(sessions_->refresh(grant->refresh_token, "desk"));
  EXPECT_EQ(count_of("refresh_family"), "0");
}

TEST_P(CodesTest, AreTriedOnce) {
  const struct {
    const char* name;
    void (*spoil)(Codes::Redemption&);
  } cases[] = {
      {"another verifier", [](auto& r) { r.verifier = std::string(43, 'a'); }},
      {"no verifier", [](auto& r) { r.verifier.clear(); }},
      {"the challenge", [](auto& r) { r.verifier = kChallenge; }},
      {"another client", [](auto& r) { r.client_id = "web"; }},
      {"another address", [](auto& r) { r.redirect_uri = "http://127.0.0.1:4568/cb"; }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto good = fresh();
    auto spoilt = good;
    c.spoil(spoilt);
    EXPECT_TRUE(is_refused(spoilt));
    EXPECT_TRUE(is_refused(good)) << "it is used up";
  }
  EXPECT_EQ(count_of("refresh_family"), "0");
}

TEST_P(CodesTest, LastAMinute) {
  const auto in_time = fresh();
  const auto late = fresh();
  clock_.advance(Codes::kLifetime - std::chrono::milliseconds(1));
  EXPECT_TRUE(codes_->redeem(in_time));
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_TRUE(is_refused(late));
}

TEST_P(CodesTest, AreForWhoCanSignIn) {
  const auto redemption = fresh();
  sql::test::run_all(*database_, {"DELETE FROM person WHERE sub = 'sub-ada'"});
  EXPECT_TRUE(is_refused(redemption));
  EXPECT_FALSE(codes_->make(
      {.sub = "sub-ada", .client_id = "desk", .redirect_uri = kRedirect, .challenge = kChallenge}));
}

TEST_P(CodesTest, RefuseWhatIsNone) {
  for (const char* text : {"", "x", "' OR 1=1 --"}) {
    auto redemption = fresh();
    redemption.code = Secret(text);
    EXPECT_TRUE(is_refused(redemption)) << text;
  }
}

TEST_P(CodesTest, AreSweptLongAfterTheirEnd) {
  fresh();
  clock_.advance(Codes::kKept + Codes::kLifetime - std::chrono::milliseconds(1));
  ASSERT_TRUE(codes_->sweep());
  EXPECT_EQ(count_of("authorization_code"), "1");
  clock_.advance(std::chrono::milliseconds(1));
  ASSERT_TRUE(codes_->sweep());
  EXPECT_EQ(count_of("authorization_code"), "0");
}

INSTANTIATE_EACH_ENGINE(CodesTest);

}  // namespace
}  // namespace tintype::gateway
