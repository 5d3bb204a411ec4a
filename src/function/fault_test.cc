// Whatever fails, and whoever is faster: the end is always the same.
#include <gtest/gtest.h>

#include <numeric>

#include "function/test_world.h"

namespace tintype::function {
namespace {

/// More calls than any flow here makes; each loop ends at the last one.
constexpr int kCallsMax = 200;

void restart(World& world) {
  world.faults.reset();
  ASSERT_TRUE(world.queue.recover());
}

/// Runs `check` once for each call that may fail and each way of failing. An owner each, in one
/// world.
void with_every_fault(World& world, const std::function<void()>& prepare,
                      const std::function<void()>& check) {
  for (const auto kind : {Faults::Kind::refuse, Faults::Kind::late, Faults::Kind::crash}) {
    for (int at = 0; at < kCallsMax; ++at) {
      SCOPED_TRACE(::testing::Message() << "kind " << static_cast<int>(kind) << ", call " << at);
      world.owner =
          *bucket::Owner::parse(std::to_string(static_cast<int>(kind)) + "-" + std::to_string(at));
      prepare();
      world.faults.set(kind, at);
      world.serve(0);
      const bool reached = world.faults.count() > at;
      restart(world);
      world.serve(15);
      check();
      if (::testing::Test::HasFailure()) return;
      if (!reached) break;
      ASSERT_LT(at + 1, kCallsMax);
    }
  }
}

std::string id_of(const World& world, const std::string& name) {
  return name + "-" + world.owner.str();
}

TEST(Faults, LeaveOneUploadReadyWhateverFails) {
  World world;
  with_every_fault(
      world, [&] { world.upload(id_of(world, "u1"), "cat"); },
      [&] {
        EXPECT_EQ(world.current(), id_of(world, "u1"));
        EXPECT_EQ(world.named().size(), 4U);
        EXPECT_EQ(world.progress.words(id_of(world, "u1")), Words{"ready"});
        world.serve_weeks();
        world.expect_tidy();
      });
  EXPECT_EQ(world.queue.counts()->dead, 0);
}

TEST(Faults, LeaveADamagedUploadFailedWhateverFails) {
  World world;
  with_every_fault(
      world, [&] { world.upload(id_of(world, "u1"), "damaged"); },
      [&] {
        EXPECT_EQ(world.current(), "");
        EXPECT_EQ(world.progress.words(id_of(world, "u1")), Words{"failed damaged_input"});
        EXPECT_EQ(world.keys("uploads").size(), 1U);
        world.serve_weeks();
        world.expect_tidy();
      });
}

TEST(Faults, LeaveTheNewerOfTwoWhateverFails) {
  World world;
  with_every_fault(
      world,
      [&] {
        world.upload(id_of(world, "u1"), "old");
        world.upload(id_of(world, "u2"), "new");
      },
      [&] {
        EXPECT_EQ(world.current(), id_of(world, "u2"));
        EXPECT_EQ(world.named().size(), 4U);
        EXPECT_EQ(world.progress.words(id_of(world, "u2")), Words{"ready"});
        const auto words = world.progress.words(id_of(world, "u1"));
        EXPECT_TRUE(words == Words{"ready"} || words == Words{"superseded"});
        world.serve_weeks();
        world.expect_tidy();
      });
}

TEST(Faults, LeaveNothingUntidyWhateverFails) {
  World world;
  with_every_fault(
      world,
      [&] {
        world.upload(id_of(world, "u1"), "old");
        world.upload(id_of(world, "u2"), "new");
        world.serve(0);
        world.clock.advance(std::chrono::hours(24));
      },
      [&] {
        world.serve_weeks();
        EXPECT_EQ(world.current(), id_of(world, "u2"));
        EXPECT_EQ(world.named().size(), 4U);
        world.expect_tidy();
      });
}

TEST(Faults, TidyEvenAfterAStoreWasAwayForHours) {
  World world;
  world.upload("u1", "old");
  world.upload("u2", "new");
  world.serve(0);
  world.clock.advance(std::chrono::hours(24));
  world.store.away = true;
  world.serve(180);
  world.store.away = false;

  world.serve(120);

  EXPECT_GT(world.queue.counts()->dead, 0);  // For an operator to see.
  EXPECT_EQ(world.named().size(), 4U);
  world.expect_tidy();
}

/// Runs the attempts in `order`, the second (and the third) in the middle of the first. False if
/// the first makes fewer calls.
struct Interleaving {
  std::vector<std::size_t> order;
  int at;       ///< The call of the first that the second interrupts.
  bool nested;  ///< The third interrupts the second, else it follows it.
};
bool run_interleaved(World& world, const std::vector<event::Lease>& leases,
                     const Interleaving& interleaving) {
  const auto run = [&](std::size_t index) {
    const auto done = world.image.run(leases[interleaving.order[index]]);
    EXPECT_TRUE(done) << done.error().message;
  };
  bool third_done = leases.size() < 3;
  const auto third = [&] {
    if (!std::exchange(third_done, true)) run(2);
  };
  world.faults.interrupt(interleaving.at, [&] {
    if (interleaving.nested) world.faults.interrupt(interleaving.at, third);
    run(1);
    third();
    world.faults.reset();
  });
  run(0);
  return world.faults.interrupted();
}

/// Every order of `count` uploads, interrupted at every call.
void with_every_interleaving(std::size_t count, const std::vector<std::string>& contents) {
  World world;
  int owners = 0;
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  do {
    for (const bool nested : {false, true}) {
      for (int at = 0; at < kCallsMax; ++at) {
        SCOPED_TRACE(::testing::Message() << "order " << ::testing::PrintToString(order)
                                          << ", call " << at << (nested ? ", nested" : ""));
        world.owner = *bucket::Owner::parse("me" + std::to_string(owners++));
        std::vector<event::Lease> leases;
        for (std::size_t i = 0; i < count; ++i) {
          world.upload(id_of(world, "u" + std::to_string(i)), contents[i]);
          leases.push_back(world.lease());
        }
        const bool reached = run_interleaved(world, leases, {order, at, nested});
        world.faults.reset();
        if (!reached) break;

        EXPECT_EQ(world.current(), id_of(world, "u" + std::to_string(count - 1)));
        EXPECT_EQ(world.named().size(), 4U);
        for (std::size_t i = 0; i < count; ++i) {
          const auto words = world.progress.words(id_of(world, "u" + std::to_string(i)));
          const bool newest = i == count - 1;
          EXPECT_TRUE(words == Words{"ready"} || (!newest && words == Words{"superseded"}));
        }
        if (::testing::Test::HasFailure()) return;
      }
    }
  } while (std::ranges::next_permutation(order).found);
  world.serve_weeks();
  for (int i = 0; i < owners; ++i) {
    world.owner = *bucket::Owner::parse("me" + std::to_string(i));
    EXPECT_EQ(world.keys("assets"), world.named());
  }
}

TEST(Faults, NeverLetTheOlderOfTwoWin) { with_every_interleaving(2, {"old", "new"}); }
TEST(Faults, NeverLetAnOlderOfThreeWin) { with_every_interleaving(3, {"old", "newer", "newest"}); }
TEST(Faults, NeverLetAnOlderOfThreeTakeTheAssetsTheyShare) {
  with_every_interleaving(3, {"cat", "dog", "cat"});
}

TEST(Faults, DoOnceWhatIsDeliveredTwiceAtTheSameTime) {
  World world;
  for (int at = 0; at < kCallsMax; ++at) {
    SCOPED_TRACE(at);
    world.owner = *bucket::Owner::parse("me" + std::to_string(at));
    const std::string id = id_of(world, "u1");
    world.upload(id, "cat");
    std::vector<event::Lease> leases = {world.lease()};
    ASSERT_TRUE(world.real->write([&](sql::Session& session) -> Status {
      return world.queue.push(session, leases[0].record, {"image:avatars"});
    }));
    leases.push_back(world.lease());

    const bool reached = run_interleaved(world, leases, {{0, 1}, at, false});
    world.faults.reset();
    if (!reached) break;

    EXPECT_EQ(world.current(), id);
    EXPECT_EQ(world.named().size(), 4U);
    EXPECT_EQ(world.progress.words(id).front(), "ready");  // The slot keeps its first final word.
    world.serve_weeks();
    world.expect_tidy();
  }
}

}  // namespace
}  // namespace tintype::function
