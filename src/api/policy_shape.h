#pragma once

#include <vector>

#include <boost/json.hpp>

#include "model/policy.h"

/// Policies as the API shows them.
namespace calotype::api {

inline boost::json::object shown_policy(const StoredPolicy& policy) {
  return {{"id", policy.id.text()}, {"alias", policy.alias}, {"policy", boost::json::parse(policy.body)}};
}

inline boost::json::array shown_policies(const std::vector<StoredPolicy>& policies) {
  boost::json::array all;
  for (const auto& policy : policies) all.push_back(shown_policy(policy));
  return all;
}

}  // namespace calotype::api
