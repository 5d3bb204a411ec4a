// What the tests of slots share: slots in a database of their own, and what the bucket would ask.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "upload/slots.h"
#include "upload/test_upload.h"

namespace tintype::upload::test {

using Opened = Slots::Opened;
using Limit = Slots::Opened::Limit;

class SlotsTest : public ::testing::Test {
 protected:
  Slot open(std::optional<std::int64_t> size = 500, const std::string& sub = "ada") {
    return open_as(Method::put, size, sub);
  }
  /// Of multipart the parts' upload is called "parts of <id>".
  Slot open_as(Method method, std::optional<std::int64_t> size = 500,
               const std::string& sub = "ada") {
    auto slot = prepare(method, size, sub);
    EXPECT_TRUE(slot) << slot.error().message;
    if (method == Method::multipart) slot->multipart_id = "parts of " + slot->id;
    const auto opened = slots_.open({*slot}, policy_);
    EXPECT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->outcome, Opened::Outcome::opened);
    return *std::move(slot);
  }
  Result<Slot> prepare(Method method, std::optional<std::int64_t> size,
                       const std::string& sub = "ada") {
    return slots_.prepare({.policy = policy_,
                           .owner = owner(sub),
                           .bucket = uploads(),
                           .content_type = "image/jpeg",
                           .size = size,
                           .method = method});
  }
  /// What opening one or several more comes to.
  Opened try_open(std::int64_t size = 1, std::size_t count = 1, const std::string& sub = "ada",
                  const std::optional<IdempotencyKey>& idempotency = {}) {
    std::vector<Slot> wanted;
    for (std::size_t i = 0; i < count; ++i) wanted.push_back(*prepare(Method::put, size, sub));
    const auto opened = slots_.open(std::move(wanted), policy_, idempotency);
    EXPECT_TRUE(opened) << opened.error().message;
    return opened.value_or(Opened());
  }

  static bucket::PutOptions put_of(std::optional<std::uint64_t> size, bool presigned = true) {
    bucket::PutOptions options;
    options.content_type = "image/jpeg";
    options.size = size;
    options.writer.presigned = presigned;
    return options;
  }

  Status admit(const bucket::Key& key, const bucket::PutOptions& options) {
    return slots_.admit({.bucket = uploads(), .key = key, .options = options});
  }

  static bucket::ObjectInfo object_of(const bucket::Key& key, std::uint64_t size) {
    return {.bucket = uploads(),
            .key = key,
            .size = size,
            .etag = {},
            .sha256 = {},
            .content_type = "image/jpeg",
            .cache_control = {},
            .metadata = {},
            .sequencer = {},
            .modified_at = kNow};
  }

  Status create(const bucket::Key& key, std::uint64_t size, bool presigned = true) {
    const bucket::ObjectInfo object = object_of(key, size);
    bucket::Writer writer;
    writer.presigned = presigned;
    return database_->write(std::function<Status(sql::Session&)>(
        [&](sql::Session& session) { return slots_.created(session, object, writer); }));
  }

  Status move(const std::string& id, State state, std::string_view reason = {},
              std::string_view assets = {}) {
    return database_->write(std::function<Status(sql::Session&)>(
        [&](sql::Session& session) { return slots_.move(session, id, state, reason, assets); }));
  }

  State state_of(const std::string& id) {
    const auto slot = slots_.find(id);
    EXPECT_TRUE(slot) << slot.error().message;
    return slot ? slot->state : State::failed;
  }

  TemporaryDatabase database_;
  FixedClock clock_{kNow};
  Slots slots_{*database_, clock_};
  Policy policy_ = policy();
};

}  // namespace tintype::upload::test
