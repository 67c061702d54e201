#include "delivery/popular.h"

#include <algorithm>

namespace calotype::delivery {

namespace {

/// As it is asked again by the service itself.
Ask asked_ahead(const Ask& ask, int weight) {
  auto ahead = ask;
  ahead.known = {};
  ahead.is_kept_only = false;
  ahead.visitor = {.proof = Proof::own};
  ahead.weight = weight;
  return ahead;
}

}  // namespace

Popular::List& Popular::list_of(RuleId rule) {
  if (lists_.size() >= kRules && !lists_.contains(rule)) {
    lists_.erase(std::ranges::min_element(lists_, {}, [](const auto& one) { return one.second.noted; }));
  }
  return lists_[rule];
}

void Popular::note(RuleId rule, const RenditionKey& key, const Ask& ask, int weight) {
  const std::lock_guard lock(mutex_);
  auto& list = list_of(rule);
  list.noted = ++notes_;
  const auto known = std::ranges::find(list.entries, key, &Entry::key);
  if (known != list.entries.end()) {
    known->ask.weight += weight;
    return;
  }
  if (list.entries.size() < kAsks) {
    list.entries.push_back({.key = key, .ask = asked_ahead(ask, weight)});
    return;
  }
  const auto rarest = std::ranges::min_element(list.entries, {}, [](const Entry& one) { return one.ask.weight; });
  *rarest = {.key = key, .ask = asked_ahead(ask, rarest->ask.weight + weight)};
}

std::vector<Ask> Popular::take(RuleId rule) {
  std::vector<Entry> entries;
  {
    const std::lock_guard lock(mutex_);
    const auto found = lists_.find(rule);
    if (found == lists_.end()) return {};
    entries = std::move(found->second.entries);
    lists_.erase(found);
  }
  std::ranges::sort(entries, std::ranges::greater(), [](const Entry& one) { return one.ask.weight; });
  std::vector<Ask> asks;
  for (auto& entry : entries) asks.push_back(std::move(entry.ask));
  return asks;
}

}  // namespace calotype::delivery
