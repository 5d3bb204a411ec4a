#include "gateway/issuer/sessions.h"

#include <gtest/gtest.h>

#include <set>

#include "gateway/issuer/test_issuer.h"

namespace tintype::gateway {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr Sessions::Lifetimes kLifetimes{.idle_max = hours(2), .age_max = hours(5)};

class SessionsTest : public test::OnEachEngine {
 protected:
  Secret begin(const std::string& client = "app") {
    auto grant = sessions().begin("sub-ada", client);
    EXPECT_TRUE(grant) << grant.error().message;
    return grant ? std::move(grant->refresh_token) : Secret();
  }
  /// The next token; empty if there is none.
  Secret refresh(const Secret& token, const std::string& client = "app") {
    auto grant = sessions().refresh(token, client);
    if (grant) return std::move(grant->refresh_token);
    EXPECT_EQ(grant.error().code, ErrorCode::unauthenticated) << grant.error().message;
    return {};
  }
  Sessions& sessions() {
    if (!sessions_) sessions_ = std::make_unique<Sessions>(*database_, kLifetimes, clock_);
    return *sessions_;
  }
  std::string families() { return count_of("refresh_family"); }

 private:
  std::unique_ptr<Sessions> sessions_;
};

TEST_P(SessionsTest, GoOnWithTokenAfterToken) {
  auto grant = sessions().begin("sub-ada", "app");
  ASSERT_TRUE(grant) << grant.error().message;
  EXPECT_EQ(grant->sub, "sub-ada");
  EXPECT_EQ(grant->lasts, hours(2));
  std::set<std::string, std::less<>> seen;
  Secret token = grant->refresh_token;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(token.reveal().size(), 43U);
    EXPECT_TRUE(seen.emplace(token.reveal()).second);
    clock_.advance(std::chrono::minutes(30));
    grant = sessions().refresh(token, "app");
    ASSERT_TRUE(grant) << grant.error().message;
    EXPECT_EQ(grant->sub, "sub-ada");
    token = grant->refresh_token;
  }
  EXPECT_EQ(families(), "1");
}

TEST_P(SessionsTest, KeepNoTokenInTheDatabase) {
  const Secret token = begin();
  EXPECT_EQ(count_of("refresh_token WHERE digest = '" + digest_of(token) + "'"), "1");
  EXPECT_EQ(count_of("refresh_token WHERE digest LIKE '%" + std::string(token.reveal()) + "%'"),
            "0");
}

TEST_P(SessionsTest, EndWhenATokenComesAgain) {
  const Secret first = begin();
  const Secret second = refresh(first);
  clock_.advance(Sessions::kGrace + std::chrono::milliseconds(1));

  EXPECT_TRUE(refresh(first).empty());

  EXPECT_EQ(families(), "0");
  EXPECT_TRUE(refresh(second).empty()) << "the thief's goes with the owner's";
}

TEST_P(SessionsTest, OneTokenTwiceAtOnceIsTwoTabs) {
  const Secret first = begin();
  const Secret of_one_tab = refresh(first);
  clock_.advance(Sessions::kGrace);
  const Secret of_the_other = refresh(first);

  ASSERT_FALSE(of_the_other.empty());
  EXPECT_NE(of_one_tab.reveal(), of_the_other.reveal());
  EXPECT_FALSE(refresh(of_the_other).empty()) << "the browser keeps the last cookie";
}

TEST_P(SessionsTest, ButNotThreeTimes) {
  const Secret first = begin();
  EXPECT_FALSE(refresh(first).empty());
  EXPECT_FALSE(refresh(first).empty());
  EXPECT_TRUE(refresh(first).empty());
  EXPECT_EQ(families(), "0");
}

TEST_P(SessionsTest, AThiefWithinTheGraceIsFoundOut) {
  const Secret first = begin();
  const Secret of_owner = refresh(first);
  const Secret of_thief = refresh(first);
  ASSERT_FALSE(of_thief.empty());
  clock_.advance(std::chrono::minutes(15));
  EXPECT_FALSE(refresh(of_thief).empty());
  clock_.advance(std::chrono::minutes(1));

  EXPECT_TRUE(refresh(of_owner).empty()) << "the second of the two to come";
  EXPECT_EQ(families(), "0");
}

TEST_P(SessionsTest, EndWhenNobodyRefreshes) {
  const Secret token = begin();
  clock_.advance(hours(2) - std::chrono::milliseconds(1));
  const Secret next = refresh(token);
  EXPECT_FALSE(next.empty());
  clock_.advance(hours(2));
  EXPECT_TRUE(refresh(next).empty());
}

TEST_P(SessionsTest, EndAtTheirAgeHoweverOftenTheyAreRefreshed) {
  Secret token = begin();
  for (int i = 0; i < 4; ++i) {
    clock_.advance(hours(1));
    token = refresh(token);
    ASSERT_FALSE(token.empty());
  }
  clock_.advance(hours(1) - std::chrono::milliseconds(1));
  const auto last = sessions().refresh(token, "app");
  ASSERT_TRUE(last);
  EXPECT_EQ(last->lasts, seconds(0));
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_TRUE(refresh(last->refresh_token).empty());
}

TEST_P(SessionsTest, RefuseWhatIsNone) {
  const Secret token = begin();
  for (const std::string& text :
       {std::string(), std::string("x"), std::string(5'000, 'x'), digest_of(token),
        std::string("' OR 1=1 --"), std::string(token.reveal()) + "=", std::string("\xff")})
    EXPECT_TRUE(refresh(Secret(text)).empty()) << text;
  EXPECT_TRUE(refresh(token, "another").empty());
  EXPECT_FALSE(refresh(token).empty()) << "nothing of that harmed it";
}

TEST_P(SessionsTest, EndByWhoeverHasAnyTokenOfThem) {
  const Secret first = begin();
  const Secret second = refresh(first);
  const Secret other = begin();

  EXPECT_FALSE(*sessions().end(first, "another"));
  EXPECT_TRUE(*sessions().end(first, "app"));
  EXPECT_FALSE(*sessions().end(first, "app")) << "twice is once";

  EXPECT_TRUE(refresh(second).empty());
  EXPECT_FALSE(refresh(other).empty()) << "another session of the same person";
}

TEST_P(SessionsTest, AreForWhoCanSignIn) {
  const auto grant = sessions().begin("sub-nobody", "app");
  ASSERT_FALSE(grant);
  EXPECT_EQ(grant.error().code, ErrorCode::unauthenticated);
}

TEST_P(SessionsTest, GoWithTheirPerson) {
  const Secret token = begin();
  sql::test::run_all(*database_, {"DELETE FROM person WHERE sub = 'sub-ada'"});
  EXPECT_TRUE(refresh(token).empty());
  EXPECT_EQ(count_of("refresh_token"), "0");
}

TEST_P(SessionsTest, AreSweptWhenTheyEnded) {
  begin();
  clock_.advance(hours(1));
  Secret token = begin();
  clock_.advance(hours(1));
  ASSERT_TRUE(sessions().sweep());
  EXPECT_EQ(families(), "1");
  token = refresh(token);
  EXPECT_EQ(count_of("refresh_token"), "2") << "a used token is known for a while";
}

INSTANTIATE_EACH_ENGINE(SessionsTest);

}  // namespace
}  // namespace tintype::gateway
