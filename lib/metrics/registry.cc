#include "metrics/registry.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <variant>

#include "base/assert.h"
#include "metrics/process.h"

namespace tintype::metrics {
namespace {

using SeriesLabels = std::map<std::string, std::string>;

template <class Series>
using FamilyOf = prometheus::Family<Series>*;

/// One name. Which alternative `series` holds is its kind.
struct Family {
  std::variant<FamilyOf<prometheus::Counter>, FamilyOf<prometheus::Gauge>,
               FamilyOf<prometheus::Histogram>>
      series;
  std::string help;
  std::vector<std::string> label_names;
  std::set<SeriesLabels> known;
};

bool is_name(std::string_view text) {
  return !text.empty() && (text[0] < '0' || text[0] > '9') &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

std::vector<std::string> names_of(const SeriesLabels& labels) {
  std::vector<std::string> names;
  for (const auto& [name, value] : labels) {
    ASSERT(is_name(name) && name != "le" && !name.starts_with("__"));
    names.push_back(name);
  }
  return names;
}

template <class Builder>
auto& build(Builder builder, prometheus::Registry& registry, std::string_view name,
            std::string_view help) {
  return builder.Name(std::string(name)).Help(std::string(help)).Register(registry);
}

}  // namespace

struct Registry::State {
  std::mutex mutex;  // Guards `families`.
  std::map<std::string, Family, std::less<>> families;
  prometheus::Registry registry;

  /// The family of that name, made if it is new. Asserts that it is what it was.
  template <class Builder>
  Family& family_locked(Builder builder, std::string_view name, std::string_view help,
                        std::vector<std::string> label_names) {
    auto found = families.find(name);
    if (found == families.end()) {
      ASSERT(is_name(name));
      ASSERT(name.starts_with("tintype_"));
      found = families
                  .emplace(name, Family{.series = &build(builder, registry, name, help),
                                        .help = std::string(help),
                                        .label_names = label_names,
                                        .known = {}})
                  .first;
    }
    ASSERT(found->second.help == help);
    ASSERT(found->second.label_names == label_names);
    return found->second;
  }

  /// The labels of the series to use: `wanted`, unless that would be one too many.
  static SeriesLabels admit_locked(Family& family, SeriesLabels wanted) {
    if (!family.known.contains(wanted) && family.known.size() >= kSeriesMax)
      for (auto& [name, value] : wanted) value = "other";
    family.known.insert(wanted);
    return wanted;
  }

  template <class Series, class Builder, class... More>
  void* add(Builder builder, std::string_view name, std::string_view help, const Labels& labels,
            const More&... more) {
    SeriesLabels wanted(labels.begin(), labels.end());
    ASSERT(wanted.size() == labels.size());
    const std::lock_guard lock(mutex);
    Family& family = family_locked(builder, name, help, names_of(wanted));
    ASSERT(std::holds_alternative<FamilyOf<Series>>(family.series));
    return &std::get<FamilyOf<Series>>(family.series)
                ->Add(admit_locked(family, std::move(wanted)), more...);
  }
};

void Counter::add(double by) const {
  ASSERT(by >= 0);
  static_cast<prometheus::Counter*>(series_)->Increment(by);
}
double Counter::value() const { return static_cast<prometheus::Counter*>(series_)->Value(); }

void Gauge::set(double value) const { static_cast<prometheus::Gauge*>(series_)->Set(value); }
void Gauge::add(double by) const { static_cast<prometheus::Gauge*>(series_)->Increment(by); }
double Gauge::value() const { return static_cast<prometheus::Gauge*>(series_)->Value(); }

void Histogram::observe(double value) const {
  static_cast<prometheus::Histogram*>(series_)->Observe(value);
}

const std::vector<double>& duration_bounds() {
  static const std::vector<double> kBounds = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
                                              0.2,   0.5,   1,     2,    5,    10,   30};
  return kBounds;
}

Registry::Registry() : state_(std::make_unique<State>()) {}
Registry::~Registry() = default;

Counter Registry::counter(std::string_view name, std::string_view help, const Labels& labels) {
  ASSERT(name.ends_with("_total"));
  return Counter(state_->add<prometheus::Counter>(prometheus::BuildCounter(), name, help, labels));
}

Gauge Registry::gauge(std::string_view name, std::string_view help, const Labels& labels) {
  return Gauge(state_->add<prometheus::Gauge>(prometheus::BuildGauge(), name, help, labels));
}

Histogram Registry::histogram(std::string_view name, std::string_view help,
                              const std::vector<double>& bounds, const Labels& labels) {
  ASSERT(!bounds.empty());
  ASSERT(std::ranges::adjacent_find(bounds, std::greater_equal<>()) == bounds.end());
  return Histogram(
      state_->add<prometheus::Histogram>(prometheus::BuildHistogram(), name, help, labels, bounds));
}

std::string Registry::expose() {
  const ProcessFigures process = read_process_figures();
  gauge("tintype_process_resident_memory_bytes", "Resident memory.").set(process.resident_bytes);
  gauge("tintype_process_open_fds", "Open file descriptors.").set(process.open_files);
  gauge("tintype_process_start_time_seconds", "When the process started, since 1970.")
      .set(process.start_time_seconds);
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace tintype::metrics
