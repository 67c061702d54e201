#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "ports/catalog.h"
#include "rules/changes.h"
#include "rules/language.h"

namespace calotype::tenants {

/// A revision with the labels that stand on it now.
struct ListedRevision {
  RuleRevision revision;
  std::vector<std::string> labels;
};

/// How two rules differ; with equal hashes they make the same pictures.
struct RuleDifference {
  StoredRule from;
  StoredRule to;
  std::vector<rules::Change> changes;
};

inline constexpr int kRevisionsListed = 1000;  ///< at most, at once
inline constexpr std::size_t kLabels = 64;     ///< of one rule

/// The rules of a domain. A rule keeps its id and name; what it says is in its revisions, which never change; labels
/// name revisions and can be moved. Wherever a rule is read, `reference` is an id or name, perhaps with @revision or
/// @label; wherever one is changed, it is bare. Thread: any.
class RuleBook {
 public:
  RuleBook(Catalog& catalog, const Clock& clock) : catalog_(catalog), clock_(clock) {}

  /// Stores the body as it is, as revision 1. Throws: unprocessable with every error of the rule, or where it has no
  /// name; conflict (the name), missing (the domain).
  Task<StoredRule> add(Context ctx, Domain domain, std::string body);
  Task<std::vector<StoredRule>> list(Context ctx, Domain domain);
  /// Throws missing.
  Task<StoredRule> require(Context ctx, Domain domain, std::string reference);
  Task<std::optional<StoredRule>> find(Context ctx, Domain domain, std::string reference);

  /// The latest revision, of a rule that is to be changed. Throws missing; invalid (code "revision-is-fixed") for a
  /// name with a revision or label.
  Task<StoredRule> require_bare(Context ctx, Domain domain, std::string reference);
  /// Stores the body as the revision after `latest`; nullopt where that is not the latest any more. Throws:
  /// unprocessable as add(), and for another name than the rule's.
  Task<std::optional<StoredRule>> revise(Context ctx, StoredRule latest, std::string body);
  /// As revise(), with what revision `revision` says. Throws missing.
  Task<std::optional<StoredRule>> roll_back(Context ctx, StoredRule latest, int revision);
  /// Throws: missing; conflict (code "in-use") while it is the default rule of a bucket.
  Task<> remove(Context ctx, StoredRule rule);

  /// The latest first; `before`: only older ones.
  Task<std::vector<ListedRevision>> revisions(Context ctx, StoredRule rule, std::optional<int> before);
  Task<RuleDifference> compare(Context ctx, StoredRule from, StoredRule to);

  /// Begins or goes on with a rollout. Throws unprocessable: the revision, the percentage.
  Task<RuleRollout> roll_out(Context ctx, StoredRule rule, RuleRollout rollout);
  /// The latest revision is for every object again. Throws missing where there is no rollout.
  Task<> end_rollout(Context ctx, StoredRule rule);

  Task<std::vector<RuleLabel>> labels(Context ctx, StoredRule rule);
  /// Makes or moves it. Throws: unprocessable (the label's spelling, a revision that is not there, too many labels).
  Task<RuleLabel> put_label(Context ctx, StoredRule rule, std::string label, int revision);
  /// Throws missing.
  Task<> remove_label(Context ctx, StoredRule rule, std::string label);

 private:
  Catalog& catalog_;
  const Clock& clock_;
};

/// A stored rule by its reference; nullopt when there is none.
Task<std::optional<StoredRule>> find_rule(Catalog& catalog, Context ctx, DomainId domain, std::string reference);

}  // namespace calotype::tenants
