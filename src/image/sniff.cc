#include "image/sniff.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace tintype::image {
namespace {

using namespace std::string_view_literals;

// The ftyp box of ISO 14496-12: size, "ftyp", major brand, version, compatible brands. The brands
// of pictures are in ISO 23008-12 (HEIF), annex B, and in the AVIF specification, section 8.
std::optional<SourceType> sniff_iso_media(std::string_view text) {
  constexpr std::size_t kBrandsBegin = 8;
  constexpr std::size_t kBrandSize = 4;
  constexpr std::size_t kBoxSizeMax = 256;  // Real ones have a handful of brands.
  if (text.size() < kBrandsBegin + kBrandSize || text.substr(4, 4) != "ftyp") return std::nullopt;
  std::size_t size = 0;
  for (const char c : text.substr(0, 4)) size = size << 8 | static_cast<unsigned char>(c);
  const std::string_view box = text.substr(0, std::min(size, kBoxSizeMax));

  constexpr std::array kAvif = {"avif"sv, "avis"sv};
  constexpr std::array kHeic = {"heic"sv, "heix"sv, "heim"sv, "heis"sv,
                                "hevc"sv, "hevx"sv, "hevm"sv, "hevs"sv};
  constexpr std::size_t kVersionBegin = 12;
  // The major brand decides, unless it is the codec-neutral "mif1" or "msf1".
  for (std::size_t at = kBrandsBegin; at + kBrandSize <= box.size(); at += kBrandSize) {
    if (at == kVersionBegin) continue;
    const std::string_view brand = box.substr(at, kBrandSize);
    if (std::ranges::find(kAvif, brand) != kAvif.end()) return SourceType::avif;
    if (std::ranges::find(kHeic, brand) != kHeic.end()) return SourceType::heic;
  }
  return std::nullopt;
}

/// True if the first element of an XML text is <svg>: after declaration, comments and DOCTYPE.
bool is_svg(std::string_view text) {
  constexpr std::size_t kSearchedMax = 4096;
  text = text.substr(0, kSearchedMax);
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (true) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return false;
    text.remove_prefix(begin);
    if (text.starts_with("<svg")) return true;
    const bool comment = text.starts_with("<!--");
    if (!comment && !text.starts_with("<?") && !text.starts_with("<!DOCTYPE")) return false;
    const std::string_view closing = comment ? "-->" : ">";
    const std::size_t end = text.find(closing);
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + closing.size());
  }
}

struct Signature {
  std::string_view magic;
  SourceType type;
};

constexpr Signature kSignatures[] = {
    {"\xff\xd8\xff"sv, SourceType::jpeg},
    {"\x89PNG\r\n\x1a\n"sv, SourceType::png},
    {"GIF87a"sv, SourceType::gif},
    {"GIF89a"sv, SourceType::gif},
    {"II*\0"sv, SourceType::tiff},
    {"MM\0*"sv, SourceType::tiff},
    {"II+\0"sv, SourceType::tiff},  // BigTIFF.
    {"MM\0+"sv, SourceType::tiff},
    {"\xff\x0a"sv, SourceType::jxl},
    {"\0\0\0\x0cJXL \r\n\x87\n"sv, SourceType::jxl},
};

}  // namespace

Result<SourceType> sniff(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  for (const Signature& signature : kSignatures)
    if (text.starts_with(signature.magic)) return signature.type;
  if (text.starts_with("RIFF") && text.size() >= 12 && text.substr(8, 4) == "WEBP")
    return SourceType::webp;
  if (const auto type = sniff_iso_media(text)) return *type;
  if (is_svg(text)) return SourceType::svg;
  return fail(ErrorCode::unsupported, "its first bytes are of no image that is read here");
}

std::string_view media_type(SourceType type) {
  switch (type) {
    case SourceType::jpeg: return "image/jpeg";
    case SourceType::png: return "image/png";
    case SourceType::gif: return "image/gif";
    case SourceType::webp: return "image/webp";
    case SourceType::heic: return "image/heic";
    case SourceType::avif: return "image/avif";
    case SourceType::tiff: return "image/tiff";
    case SourceType::jxl: return "image/jxl";
    case SourceType::svg: return "image/svg+xml";
  }
  std::unreachable();
}

}  // namespace tintype::image
