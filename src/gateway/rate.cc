#include "gateway/rate.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace tintype::gateway {

namespace {

constexpr std::string_view kRemedy = "write for example \"100/s burst 200\", \"30/m\" or \"none\"";

std::optional<std::int64_t> parse_count(std::string_view text) {
  const auto count = parse_integer<std::int64_t>(text);
  if (!count || *count < 1 || *count > Rate::kCountMax) return std::nullopt;
  return count;
}

std::optional<std::chrono::seconds> parse_unit(std::string_view text) {
  if (text == "s") return std::chrono::seconds(1);
  if (text == "m") return std::chrono::minutes(1);
  if (text == "h") return std::chrono::hours(1);
  return std::nullopt;
}

}  // namespace

Result<Rate> Rate::parse(std::string_view text) {
  const auto refuse = [] {
    return fail(ErrorCode::invalid_argument,
                fmt::format("not a rate; {} (1 to {} of each)", kRemedy, kCountMax));
  };
  const auto words = split(text, ' ');
  if (words.size() != 1 && (words.size() != 3 || words[1] != "burst")) return refuse();
  const auto parts = split(words[0], '/');
  if (parts.size() != 2) return refuse();
  const auto count = parse_count(parts[0]);
  const auto unit = parse_unit(parts[1]);
  const auto burst = words.size() == 3 ? parse_count(words[2]) : count;
  if (!count || !unit || !burst) return refuse();
  return Rate{.count = *count, .per = *unit, .burst = *burst};
}

std::chrono::seconds Rate::window() const {
  return std::max(std::chrono::seconds(1),
                  std::chrono::ceil<std::chrono::seconds>(interval() * burst));
}

std::string to_string(const Rate& rate) {
  const char* unit = rate.per == std::chrono::hours(1)     ? "h"
                     : rate.per == std::chrono::minutes(1) ? "m"
                                                           : "s";
  return fmt::format("{}/{} burst {}", rate.count, unit, rate.burst);
}

Result<std::optional<Rate>> read_rate(const config::Table& table, std::string_view key,
                                      const std::optional<Rate>& missing) {
  if (!table.has(key)) return missing;
  TRY_LET(const std::string text, table.text(key));
  if (text == "none") return std::optional<Rate>();
  const auto rate = Rate::parse(text);
  if (!rate) return table.error(key, rate.error().message);
  return std::optional(*rate);
}

}  // namespace tintype::gateway
