#include "people/activities.h"

#include <algorithm>
#include <set>

#include "base/random.h"
#include "base/text.h"
#include "people/test_people.h"

namespace tintype::people::test {
namespace {

class ActivitiesOn : public OnEachEngine {
 protected:
  void SetUp() override {
    OnEachEngine::SetUp();
    persons_ = std::make_unique<Persons>(*database_, clock_);
    activities_ = std::make_unique<Activities>(*database_, *persons_, clock_);
  }

  Activity tell(const std::string& sub, const std::string& text,
                std::optional<std::string> reply_to = {}) {
    const auto told = activities_->add(caller(sub, sub), {.text = text, .reply_to = reply_to});
    EXPECT_TRUE(told) << told.error().message;
    return told ? *told : Activity{};
  }
  Activities::Page page(const Activities::Wanted& wanted) {
    auto found = activities_->page(wanted);
    EXPECT_TRUE(found) << found.error().message;
    return found ? *std::move(found) : Activities::Page{};
  }

  std::unique_ptr<Persons> persons_;
  std::unique_ptr<Activities> activities_;
};

TEST_P(ActivitiesOn, ComeWithTheirAuthor) {
  const Activity first = tell("ada", "hello");
  const Activity reply = tell("grace", "hi", first.id);
  const auto found = activities_->find(reply.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->text, "hi");
  EXPECT_EQ(found->reply_to, first.id);
  EXPECT_EQ(found->created_at, kNow);
  EXPECT_EQ(found->author.handle, "grace");
  EXPECT_EQ(found->author.sub, "grace");
  EXPECT_FALSE(activities_->find(make_id()));
}

TEST_P(ActivitiesOn, ArePagedWithoutGapOrRepetition) {
  std::set<std::string> all;
  for (int i = 0; i < 25; ++i) all.insert(tell(i % 2 == 0 ? "ada" : "grace", "t").id);
  std::vector<std::string> seen;
  Activities::Wanted wanted{.sub = {}, .before = {}, .count_max = 10};
  for (bool more = true; more;) {
    const Activities::Page found = page(wanted);
    for (const Activity& activity : found.activities) seen.push_back(activity.id);
    more = found.more;
    wanted.before = found.activities.back().id;
    tell("ada", "told meanwhile");
  }
  EXPECT_EQ(seen.size(), 25U);
  EXPECT_TRUE(std::ranges::is_sorted(seen, std::greater<>()));
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()), all);
}

TEST_P(ActivitiesOn, APageThatIsExactlyFullHasNoNext) {
  for (int i = 0; i < 3; ++i) tell("ada", "t");
  EXPECT_FALSE(page({.sub = {}, .before = {}, .count_max = 3}).more);
  EXPECT_TRUE(page({.sub = {}, .before = {}, .count_max = 2}).more);
  EXPECT_FALSE(page({.sub = {}, .before = {}, .count_max = Activities::kPageMax}).more);
}

TEST_P(ActivitiesOn, OfOnePerson) {
  tell("ada", "a");
  tell("grace", "g");
  const auto found = page({.sub = "grace", .before = {}, .count_max = 5});
  ASSERT_EQ(found.activities.size(), 1U);
  EXPECT_EQ(found.activities[0].text, "g");
  EXPECT_TRUE(page({.sub = "nobody", .before = {}, .count_max = 5}).activities.empty());
}

TEST_P(ActivitiesOn, ReplyOnlyToWhatIsThere) {
  const auto told = activities_->add(caller("ada"), {.text = "t", .reply_to = make_id()});
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, ErrorCode::not_found);
  EXPECT_EQ(count_of("activity"), "0");
  EXPECT_EQ(count_of("person"), "0") << "nothing of it happened";
}

TEST_P(ActivitiesOn, AreDeletedByTheirAuthorAlone) {
  const Activity activity = tell("ada", "t");
  const Activity reply = tell("grace", "r", activity.id);
  EXPECT_EQ(activities_->remove("grace", activity.id).error().code, ErrorCode::denied);
  EXPECT_EQ(activities_->remove("", activity.id).error().code, ErrorCode::denied);
  EXPECT_TRUE(activities_->find(activity.id));
  EXPECT_TRUE(activities_->remove("ada", activity.id));
  EXPECT_EQ(activities_->remove("ada", activity.id).error().code, ErrorCode::not_found);
  EXPECT_EQ(activities_->find(reply.id)->reply_to, activity.id) << "the reply stays";
}

TEST_P(ActivitiesOn, HaveALimitFromBothSides) {
  for (std::int64_t i = 0; i < Activities::kPerMinuteMax; ++i) tell("ada", "t");
  const auto over = activities_->add(caller("ada"), {.text = "t", .reply_to = {}});
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, ErrorCode::conflict);
  tell("grace", "another's limit is another's");
  clock_.advance(std::chrono::minutes(1) - std::chrono::milliseconds(1));
  EXPECT_FALSE(activities_->add(caller("ada"), {.text = "t", .reply_to = {}}));
  clock_.advance(std::chrono::milliseconds(1));
  tell("ada", "t");
}

INSTANTIATE_EACH_ENGINE(ActivitiesOn);

TEST(ActivityCursor, IsReadOnlyAsItWasWritten) {
  const std::string id = make_id();
  EXPECT_EQ(parse_cursor(write_cursor(id)), id);
  const std::string bad[] = {"",
                             "x",
                             id,
                             "====",
                             write_cursor(id) + "A",
                             write_cursor(id) + "=",
                             write_cursor(""),
                             write_cursor(id + "0"),
                             write_cursor(id.substr(1)),
                             write_cursor("' OR 1=1 --                "),
                             write_cursor("0123456789ABCDEFGHJKMNPQRS"),
                             to_base64url(as_bytes("2:" + id))};
  for (const std::string& cursor : bad) EXPECT_FALSE(parse_cursor(cursor)) << cursor;
}

}  // namespace
}  // namespace tintype::people::test
