#include "bucket/checksum.h"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace tintype::bucket {

namespace {

using State = std::variant<Crc32, Crc32c, Crc64Nvme, crypto::Digest>;

State begin(ChecksumKind kind) {
  switch (kind) {
    case ChecksumKind::crc32: return Crc32();
    case ChecksumKind::crc32c: return Crc32c();
    case ChecksumKind::crc64nvme: return Crc64Nvme();
    case ChecksumKind::sha1: return crypto::Digest(crypto::DigestKind::sha1);
    case ChecksumKind::sha256: return crypto::Digest(crypto::DigestKind::sha256);
  }
  __builtin_unreachable();
}

}  // namespace

std::string_view to_string(ChecksumKind kind) {
  switch (kind) {
    case ChecksumKind::crc32: return "CRC32";
    case ChecksumKind::crc32c: return "CRC32C";
    case ChecksumKind::crc64nvme: return "CRC64NVME";
    case ChecksumKind::sha1: return "SHA1";
    case ChecksumKind::sha256: return "SHA256";
  }
  __builtin_unreachable();
}

std::optional<ChecksumKind> parse_checksum_kind(std::string_view text) {
  const std::string lower = to_lower(text);
  for (const ChecksumKind kind : kChecksumKinds)
    if (to_lower(to_string(kind)) == lower) return kind;
  return std::nullopt;
}

std::string header_of(ChecksumKind kind) { return "x-amz-checksum-" + to_lower(to_string(kind)); }

std::string element_of(ChecksumKind kind) { return "Checksum" + std::string(to_string(kind)); }

std::size_t size_of(ChecksumKind kind) {
  switch (kind) {
    case ChecksumKind::crc32:
    case ChecksumKind::crc32c: return 4;
    case ChecksumKind::crc64nvme: return 8;
    case ChecksumKind::sha1: return 20;
    case ChecksumKind::sha256: return 32;
  }
  __builtin_unreachable();
}

std::string_view to_string(ChecksumType type) {
  switch (type) {
    case ChecksumType::full_object: return "FULL_OBJECT";
    case ChecksumType::composite: return "COMPOSITE";
  }
  __builtin_unreachable();
}

std::string write_checksum(const ContentChecksum& checksum) {
  return std::string(to_string(checksum.kind)) + ':' + checksum.base64;
}

Result<ContentChecksum> read_checksum(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto kind = parse_checksum_kind(text.substr(0, colon));
  if (!kind || colon == std::string_view::npos) return fail(ErrorCode::corrupt, "a checksum");
  return ContentChecksum{.kind = *kind, .base64 = std::string(text.substr(colon + 1))};
}

Checksum::Checksum(ChecksumKind kind) : state_(begin(kind)) {}

void Checksum::update(Bytes bytes) {
  std::visit([&](auto& state) { state.update(bytes); }, state_);
}

std::string Checksum::finish() {
  return std::visit(
      [](auto& state) -> std::string {
        if constexpr (std::is_same_v<std::decay_t<decltype(state)>, crypto::Digest>) {
          return state.finish();
        } else {
          auto value = state.value();
          std::string raw(sizeof value, '\0');
          for (auto byte = raw.rbegin(); byte != raw.rend(); ++byte, value >>= 8)
            *byte = static_cast<char>(value & 0xff);
          return raw;
        }
      },
      state_);
}

}  // namespace tintype::bucket
