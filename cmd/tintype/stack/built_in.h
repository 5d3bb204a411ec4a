#pragma once

#include <string_view>

namespace tintype {

/// What runs without a stack file: the avatars of an app.
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
)";

}  // namespace tintype
