#include "people/persons.h"

#include <memory>
#include <set>

#include "people/test_people.h"

namespace tintype::people::test {
namespace {

using Outcome = Persons::Outcome;

class PersonsOn : public OnEachEngine {
 protected:
  void SetUp() override {
    OnEachEngine::SetUp();
    persons_ = std::make_unique<Persons>(*database_, clock_);
  }

  Profile own(const std::string& sub, const std::string& name = "") {
    const auto profile = persons_->own(caller(sub, name));
    EXPECT_TRUE(profile) << profile.error().message;
    return profile ? *profile : Profile{};
  }
  Persons::Edited edit(const std::string& sub, const std::string& to,
                       const std::vector<std::int64_t>& revisions = {}) {
    const auto edited = persons_->edit(caller(sub), revisions,
                                       {.handle = handle(to), .display_name = "N", .bio = "b"});
    EXPECT_TRUE(edited) << edited.error().message;
    return edited ? *edited : Persons::Edited{};
  }

  std::unique_ptr<Persons> persons_;
};

TEST_P(PersonsOn, ArePeopleFromTheirFirstQuestionOn) {
  const Profile ada = own("sub|1", "Ada Lovelace");
  EXPECT_EQ(ada.handle, "ada_lovelace");
  EXPECT_EQ(ada.display_name, "Ada Lovelace");
  EXPECT_EQ(ada.bio, "");
  EXPECT_EQ(ada.revision, 1);
  EXPECT_EQ(ada.created_at, kNow);
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(own("sub|1", "Somebody Else").handle, "ada_lovelace") << "once only";
  EXPECT_EQ(count_of("person"), "1");
  EXPECT_EQ(persons_->find(handle("ADA_lovelace"))->sub, "sub|1");
}

TEST_P(PersonsOn, OfOneNameGetHandlesOfTheirOwn) {
  std::set<std::string> handles;
  for (int i = 0; i < 5; ++i) handles.insert(own("s" + std::to_string(i), "Ada").handle);
  EXPECT_EQ(handles.size(), 5U);
  EXPECT_TRUE(handles.contains("ada"));
}

TEST_P(PersonsOn, WithoutAUsableNameAreCalledByTheirHandle) {
  const Profile nobody = own("s1", "\u202e");
  EXPECT_TRUE(nobody.handle.starts_with("person_"));
  EXPECT_EQ(nobody.display_name, nobody.handle);
}

TEST_P(PersonsOn, ChangeWhatTheyRead) {
  own("s1", "Ada");
  EXPECT_EQ(edit("s1", "ada", {1}).outcome, Outcome::saved);
  const Persons::Edited late = edit("s1", "ada", {1});
  EXPECT_EQ(late.outcome, Outcome::changed_meanwhile);
  EXPECT_EQ(late.profile.revision, 2);
  EXPECT_EQ(edit("s1", "ada", {7, 2}).outcome, Outcome::saved) << "one of several";
  EXPECT_EQ(edit("s1", "ada", {-1}).outcome, Outcome::changed_meanwhile);
  EXPECT_EQ(edit("s1", "ada").outcome, Outcome::saved) << "whichever is there";
  const Profile after = own("s1");
  EXPECT_EQ(after.revision, 4);
  EXPECT_EQ(after.display_name, "N");
  EXPECT_EQ(after.bio, "b");
}

TEST_P(PersonsOn, ChangeOnlyThemselves) {
  own("s1", "Ada");
  own("s2", "Grace");
  EXPECT_EQ(edit("s2", "grace_h").outcome, Outcome::saved);
  EXPECT_EQ(own("s1").revision, 1);
  EXPECT_EQ(own("s1").bio, "");
}

TEST_P(PersonsOn, KeepAHandleThatTheyGaveUp) {
  own("s1", "Ada");
  own("s2", "Grace");
  EXPECT_EQ(edit("s2", "ada").outcome, Outcome::handle_taken) << "in use";
  EXPECT_EQ(edit("s1", "lovelace").outcome, Outcome::saved);
  EXPECT_FALSE(persons_->find(handle("ada"))) << "nobody has it now";
  EXPECT_EQ(edit("s2", "ada").outcome, Outcome::handle_taken) << "kept";
  clock_.advance(Persons::kHandleKept - std::chrono::milliseconds(1));
  EXPECT_EQ(edit("s2", "ada").outcome, Outcome::handle_taken);
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(edit("s2", "ada").outcome, Outcome::saved) << "its time is over";
  EXPECT_EQ(persons_->find(handle("ada"))->sub, "s2");
}

TEST_P(PersonsOn, MayTakeTheirOwnBack) {
  own("s1", "Ada");
  EXPECT_EQ(edit("s1", "lovelace").outcome, Outcome::saved);
  EXPECT_EQ(edit("s1", "ada").outcome, Outcome::saved);
  EXPECT_EQ(persons_->find(handle("ada"))->sub, "s1");
  EXPECT_EQ(count_of("handle"), "2");
}

TEST_P(PersonsOn, HoardNoHandles) {
  own("s1", "Ada");
  for (std::int64_t i = 0; i < Persons::kHandlesKeptMax; ++i)
    EXPECT_EQ(edit("s1", "ada_" + std::to_string(i)).outcome, Outcome::saved);
  EXPECT_EQ(edit("s1", "one_more").outcome, Outcome::too_many_handles);
  EXPECT_EQ(own("s1").handle, "ada_2") << "and nothing changed";
  EXPECT_EQ(edit("s1", "ada_1").outcome, Outcome::saved) << "taking one back gives one away";
  EXPECT_EQ(edit("s1", "ada_1").outcome, Outcome::saved) << "no change of handle";
  clock_.advance(Persons::kHandleKept);
  EXPECT_EQ(edit("s1", "one_more").outcome, Outcome::saved);
}

TEST_P(PersonsOn, WhoWasDeletedDoesNotBeginAnew) {
  sql::test::run_all(*database_, {"INSERT INTO deletion (sub, ordered_at) VALUES ('s1', 1)"});
  const auto profile = persons_->own(caller("s1"));
  ASSERT_FALSE(profile);
  EXPECT_EQ(profile.error().code, ErrorCode::denied);
  EXPECT_EQ(count_of("person"), "0");
  EXPECT_EQ(count_of("handle"), "0");
}

INSTANTIATE_EACH_ENGINE(PersonsOn);

}  // namespace
}  // namespace tintype::people::test
