// Default avatars by real, jailed workers: the drawing must need nothing from outside the jail.
#include "edge/default_avatars.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <memory>
#include <set>

#include "base/file.h"
#include "edge/test_loop.h"

namespace tintype::edge {
namespace {

class DefaultAvatarsTest : public testing::Test {
 protected:
  void SetUp() override {
    worker::Pool::Options options;
    options.programs = {.photographs = TINTYPE_PIXELS, .general = TINTYPE_GENERAL};
    options.workers = 1;
    auto workers = worker::Pool::start(options);
    ASSERT_TRUE(workers) << workers.error().message;
    workers_ = *std::move(workers);
  }

  /// What a worker finds the picture to be.
  Result<worker::JobResult> inspect(const Asset& asset) {
    const Fd file(::memfd_create("picture", MFD_CLOEXEC));
    TRY(write_all(file.get(), as_bytes(*asset.bytes), "memfd"));
    image::Plan small;
    small.width = small.height = 8;
    return workers_->run(
        {.source = file.get(), .trusted = false, .plans = {small}, .limits = {}, .id = "inspect"});
  }

  TestLoop loop_;
  BlockingPool pool_{{.threads = 2, .waiting_max = 10}};
  std::unique_ptr<worker::Pool> workers_;
};

TEST_F(DefaultAvatarsTest, AreRealPicturesOfTheVariantsSize) {
  using image::Format;
  const struct {
    const char* name;
    AvatarDrawing drawing;
    int width;
    int height;
    Format format;
    image::Fit fit = image::Fit::cover;
    int width_got = width;
    int height_got = height;
  } cases[] = {
      {"jpeg", {.initials = "AB", .shade = 0}, 512, 512, Format::jpeg},
      {"webp", {.initials = "D", .shade = 1}, 64, 64, Format::webp},
      {"avif", {.initials = "W9", .shade = 2}, 128, 128, Format::avif},
      {"png", {.initials = "", .shade = 3}, 96, 96, Format::png},
      {"tiny", {.initials = "AB", .shade = 4}, 1, 1, Format::jpeg},
      {"wide", {.initials = "MW", .shade = 5}, 1500, 500, Format::jpeg},
      {"width alone",
       {.initials = "A", .shade = 6},
       200,
       0,
       Format::jpeg,
       image::Fit::cover,
       200,
       200},
      {"contain", {.initials = "A", .shade = 7}, 300, 100, Format::webp, image::Fit::contain},
      {"larger than we draw", {.initials = "A", .shade = 8}, 3000, 3000, Format::jpeg},
      {"larger, and flat", {.initials = "", .shade = 9}, 5000, 1000, Format::jpeg},
  };
  DefaultAvatars avatars(*workers_, pool_);
  std::set<std::string> etags;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    image::Plan plan;
    plan.width = c.width;
    plan.height = c.height;
    plan.format = c.format;
    plan.fit = c.fit;
    plan.gravity = image::Gravity::smart;
    const auto asset = loop_.run(avatars.render(c.drawing, plan, "test"));
    ASSERT_TRUE(asset) << asset.error().message;
    EXPECT_EQ(asset->format, c.format);
    EXPECT_EQ(asset->size, asset->bytes->size());
    EXPECT_TRUE(etags.insert(asset->etag).second);

    const auto seen = inspect(*asset);
    ASSERT_TRUE(seen) << seen.error().message;
    EXPECT_EQ(seen->source_type, image::media_type(c.format));
    EXPECT_EQ(seen->source_width, c.width_got);
    EXPECT_EQ(seen->source_height, c.height_got);
  }
}

}  // namespace
}  // namespace tintype::edge
