#include "people/deletions.h"

#include <set>
#include <vector>

#include "people/activities.h"
#include "people/test_people.h"

namespace tintype::people::test {
namespace {

using std::chrono::milliseconds;

/// The other stages. Any of its calls can fail, once, as if the plug were pulled there.
class FakeBelongings final : public Belongings {
 public:
  int fails_at = -1;  ///< The number of the call, from 0.
  int call_count = 0;
  int files = 3;
  bool current = true;  ///< A picture of theirs is current.
  bool can_sign_in = true;
  bool closed = false;
  std::vector<Instant> orders;

  Status disown(sql::Session& /*session*/, std::string_view /*sub*/, Instant /*now*/) override {
    TRY(step());
    current = false;
    closed = true;
    return {};
  }
  Status sign_out(sql::Session& /*session*/, std::string_view /*sub*/) override {
    TRY(step());
    can_sign_in = false;
    return {};
  }
  Status order(sql::Session& /*session*/, std::string_view /*sub*/, Instant due_at) override {
    TRY(step());
    orders.push_back(due_at);
    return {};
  }
  void ordered() override {}
  Status remove_files(std::string_view /*sub*/) override {
    TRY(step());
    files = 0;
    return {};
  }
  Status forget(sql::Session& /*session*/, std::string_view /*sub*/) override {
    TRY(step());
    closed = false;
    return {};
  }

 private:
  Status step() {
    if (call_count++ == fails_at) return fail(ErrorCode::unavailable, "the plug is pulled");
    return {};
  }
};

class DeletionsOn : public OnEachEngine {
 protected:
  void SetUp() override {
    OnEachEngine::SetUp();
    persons_ = std::make_unique<Persons>(*database_, clock_);
    activities_ = std::make_unique<Activities>(*database_, *persons_, clock_);
    deletions_ = std::make_unique<Deletions>(*database_, belongings_, clock_);
    for (const char* sub : {"ada", "grace"}) {
      ASSERT_TRUE(activities_->add(caller(sub, sub), {.text = "t", .reply_to = {}}));
      add_slot(sub, "waiting", kNow + std::chrono::minutes(5));
    }
  }

  void add_slot(const std::string& sub, const std::string& state, Instant expires_at) {
    const std::string id = std::to_string(slot_count_++);
    const Status added =
        database_->write(std::function<Status(sql::Session&)>([&](sql::Session& session) -> Status {
          TRY(session.execute(
              "INSERT INTO slot (id, collection, owner, bucket, key, content_type, "
              "size_max, state, created_at, expires_at, updated_at) VALUES "
              "(:1, 'avatars', :2, 'b', :3, 'image/jpeg', 9, :4, :5, :6, :7)",
              {id, sub, id, state, to_epoch_ms(kNow), to_epoch_ms(expires_at), to_epoch_ms(kNow)}));
          return {};
        }));
    ASSERT_TRUE(added) << added.error().message;
  }
  std::optional<Instant> advance() {
    const auto next = deletions_->advance("ada");
    EXPECT_TRUE(next) << next.error().message;
    return next ? *next : std::nullopt;
  }
  void expect_nothing_left() {
    for (const char* what : {"person WHERE sub = 'ada'", "handle WHERE sub = 'ada'",
                             "activity WHERE sub = 'ada'", "slot WHERE owner = 'ada'"})
      EXPECT_EQ(count_of(what), "0") << what;
    EXPECT_EQ(belongings_.files, 0);
    EXPECT_FALSE(belongings_.current || belongings_.can_sign_in);
    for (const char* what : {"person WHERE sub = 'grace'", "handle WHERE sub = 'grace'",
                             "activity WHERE sub = 'grace'", "slot WHERE owner = 'grace'"})
      EXPECT_EQ(count_of(what), "1") << what;
  }
  std::int64_t sweep() {
    const auto swept = deletions_->sweep();
    EXPECT_TRUE(swept) << swept.error().message;
    return swept.value_or(-1);
  }
  void end_of_all() { clock_.advance(Deletions::kStragglersMax); }

  FakeBelongings belongings_;
  std::unique_ptr<Persons> persons_;
  std::unique_ptr<Activities> activities_;
  std::unique_ptr<Deletions> deletions_;
  int slot_count_ = 0;
};

TEST_P(DeletionsOn, AreSeenAtOnce) {
  ASSERT_TRUE(deletions_->order("ada"));
  EXPECT_FALSE(persons_->find(handle("ada")));
  EXPECT_EQ(persons_->own(caller("ada")).error().code, ErrorCode::denied);
  EXPECT_EQ(activities_->page({})->activities.size(), 1U) << "grace's";
  EXPECT_FALSE(belongings_.current);
  EXPECT_FALSE(belongings_.can_sign_in);
  EXPECT_EQ(text_of("SELECT state || ' ' || reason FROM slot WHERE owner = 'ada'"),
            "failed owner_deleted");
  EXPECT_EQ(text_of("SELECT state FROM slot WHERE owner = 'grace'"), "waiting");
  EXPECT_EQ(belongings_.orders, std::vector<Instant>{kNow});
}

TEST_P(DeletionsOn, TwiceIsOnce) {
  ASSERT_TRUE(deletions_->order("ada"));
  ASSERT_TRUE(deletions_->order("ada"));
  EXPECT_EQ(belongings_.orders.size(), 1U);
}

TEST_P(DeletionsOn, EndWhenNothingCanComeAnyMore) {
  ASSERT_TRUE(deletions_->order("ada"));
  EXPECT_EQ(advance(), std::optional(kNow + Deletions::kStragglersMax));
  EXPECT_EQ(belongings_.files, 0);
  EXPECT_EQ(count_of("activity WHERE sub = 'ada'"), "0");
  EXPECT_EQ(count_of("slot WHERE owner = 'ada'"), "1") << "or its URL could be used again";
  end_of_all();
  EXPECT_EQ(advance(), std::nullopt);
  expect_nothing_left();
  EXPECT_TRUE(belongings_.closed) << "an old token may still upload, and publishes nothing";
  EXPECT_EQ(advance(), std::nullopt) << "delivered twice";
}

TEST_P(DeletionsOn, WaitForTheLastUrl) {
  const Instant expiry = kNow + 2 * Deletions::kStragglersMax;
  add_slot("ada", "ready", expiry);
  ASSERT_TRUE(deletions_->order("ada"));
  EXPECT_EQ(advance(), std::optional(expiry));
  clock_.advance(expiry - kNow - milliseconds(1));
  EXPECT_EQ(advance(), std::optional(expiry));
  clock_.advance(milliseconds(1));
  EXPECT_EQ(advance(), std::nullopt);
  expect_nothing_left();
}

TEST_P(DeletionsOn, ComeBackWhileAnUploadIsInFlight) {
  for (const char* state : {"received", "processing"}) add_slot("ada", state, kNow);
  ASSERT_TRUE(deletions_->order("ada"));
  belongings_.files = 1;
  EXPECT_EQ(advance(), std::optional(kNow + Deletions::kInFlightPause));
  belongings_.files = 4;  // What the attempt wrote meanwhile.
  sql::test::run_all(*database_, {"UPDATE slot SET state = 'superseded' WHERE owner = 'ada'"});
  EXPECT_EQ(advance(), std::optional(kNow + Deletions::kStragglersMax));
  EXPECT_EQ(belongings_.files, 0);
}

TEST_P(DeletionsOn, RemoveManyActivities) {
  sql::test::run_all(
      *database_,
      {"INSERT INTO activity (id, sub, text, created_at) WITH RECURSIVE n(i) AS (SELECT 1 UNION "
       "ALL "
       "SELECT i + 1 FROM n WHERE i < 2500) SELECT CAST(i AS TEXT), 'ada', 't', 1 FROM n"});
  ASSERT_TRUE(deletions_->order("ada"));
  advance();
  EXPECT_EQ(count_of("activity"), "1");
}

TEST_P(DeletionsOn, LeaveNothingWhereverThePlugIsPulled) {
  for (int broken = 0; broken < 7; ++broken) {
    SCOPED_TRACE(broken);
    belongings_ = FakeBelongings();
    belongings_.fails_at = broken;
    if (!deletions_->order("ada")) {
      EXPECT_TRUE(persons_->find(handle("ada"))) << "nothing of it happened";
      EXPECT_EQ(count_of("deletion"), "0");
      ASSERT_TRUE(deletions_->order("ada"));
    }
    for (int attempts = 0; attempts < 4; ++attempts) {
      if (const auto next = deletions_->advance("ada"); next && *next) end_of_all();
    }
    expect_nothing_left();
    clock_.advance(Deletions::kMarkKept);
    if (!deletions_->sweep()) sweep();
    EXPECT_GT(belongings_.call_count, broken) << "the plug was pulled";
    EXPECT_FALSE(belongings_.closed);
    ASSERT_EQ(count_of("deletion"), "0");
    ASSERT_TRUE(activities_->add(caller("ada", "again"), {.text = "t", .reply_to = {}}));
    ASSERT_TRUE(persons_->edit(caller("ada"), {}, {handle("ada_again"), "Ada", ""}));
    clock_.advance(Persons::kHandleKept);
    sweep();
    ASSERT_TRUE(persons_->edit(caller("ada"), {}, {handle("ada"), "Ada", ""}));
    add_slot("ada", "waiting", clock_.now());
  }
}

TEST_P(DeletionsOn, KeepTheHandleWithNobodysNameOnIt) {
  ASSERT_TRUE(persons_->edit(caller("ada"), {}, {handle("lovelace"), "Ada", ""}));
  ASSERT_TRUE(deletions_->order("ada"));
  for (const char* text : {"lovelace", "ada"}) {
    const auto taken = persons_->edit(caller("grace"), {}, {handle(text), "G", ""});
    EXPECT_EQ(taken->outcome, Persons::Outcome::handle_taken) << text;
  }
  EXPECT_EQ(count_of("handle WHERE sub = 'ada'"), "0");
  clock_.advance(Persons::kHandleKept);
  sweep();
  EXPECT_EQ(count_of("handle"), "1");
  EXPECT_EQ(persons_->edit(caller("grace"), {}, {handle("lovelace"), "G", ""})->outcome,
            Persons::Outcome::saved);
}

TEST_P(DeletionsOn, MarkStaysAsLongAsATokenCanBeValid) {
  ASSERT_TRUE(deletions_->order("ada"));
  clock_.advance(Deletions::kMarkKept);
  EXPECT_EQ(sweep(), 0) << "it has not ended";
  ASSERT_EQ(advance(), std::nullopt);
  clock_.advance(-milliseconds(1));
  EXPECT_EQ(sweep(), 0);
  clock_.advance(milliseconds(1));
  EXPECT_EQ(sweep(), 1);
  EXPECT_TRUE(persons_->own(caller("ada"))) << "a person may begin anew";
}

INSTANTIATE_EACH_ENGINE(DeletionsOn);

}  // namespace
}  // namespace tintype::people::test
