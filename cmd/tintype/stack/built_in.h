#pragma once

#include <string_view>

namespace tintype {

/// What runs without a stack file: the avatars and banners of an app. The smallest variant of each
/// is seen, blurred, until a larger one has loaded.
inline constexpr std::string_view kBuiltInStack = R"(
[stack]
name = "tintype"

[collection.avatars]

[[collection.avatars.variant]]
name = "512"
width = 512
height = 512
gravity = "smart"
formats = ["jpeg", "webp", "avif"]

[[collection.avatars.variant]]
name = "128"
width = 128
height = 128
gravity = "smart"
formats = ["jpeg", "webp", "avif"]

[[collection.avatars.variant]]
name = "48"
width = 48
height = 48
gravity = "smart"
formats = ["jpeg", "webp"]

[collection.banners]

[[collection.banners.variant]]
name = "1500"
width = 1500
height = 500
gravity = "smart"
formats = ["jpeg", "webp", "avif"]

[[collection.banners.variant]]
name = "750"
width = 750
height = 250
gravity = "smart"
formats = ["jpeg", "webp", "avif"]

[[collection.banners.variant]]
name = "60"
width = 60
height = 20
gravity = "smart"
formats = ["jpeg", "webp"]
)";

}  // namespace tintype
