#include "rules/vocabulary.h"

#include <set>

#include <gtest/gtest.h>

#include "rules/reader.h"
#include "rules/rule_samples.h"
#include "rules/walker.h"

namespace calotype::rules {
namespace {

std::string text_of(const std::vector<Finding>& findings) {
  std::string text;
  for (const auto& finding : findings) text += finding.pointer + " " + finding.code + ": " + finding.message + "\n";
  return text;
}

/// Calls for every object type once, with the path where it was found first.
void each_object(const Type& type, const std::string& path, std::set<const Type*>& seen,
                 const std::function<void(const Type&, const std::string&)>& visit) {
  if (!seen.insert(&type).second) return;
  if (type.kind == Kind::object) visit(type, path);
  for (const auto& key : type.keys) each_object(*key.type, path + "/" + std::string(key.name), seen, visit);
  if (type.element) each_object(*type.element, path, seen, visit);
  for (const auto& form : type.forms) each_object(*form.type, path, seen, visit);
}

void each_object(const std::function<void(const Type&, const std::string&)>& visit) {
  std::set<const Type*> seen;
  each_object(rule_type(), "", seen, visit);
}

void collect_keys(const Value& value, std::set<std::string>& names) {
  if (const auto* object = value.object()) {
    for (const auto& [name, member] : *object) {
      names.insert(name);
      collect_keys(member, names);
    }
  }
  if (const auto* array = value.array()) {
    for (const auto& item : *array) collect_keys(item, names);
  }
}

TEST(Vocabulary, HasSamplesThatAreAllValid) {
  for (const auto& rule : samples::all_rules()) {
    const auto verdict = check(rule.canonical());

    EXPECT_TRUE(verdict.document) << rule.canonical() << "\n" << text_of(verdict.errors);
  }
}

TEST(Vocabulary, HasASampleForEveryKey) {
  std::set<std::string> names;
  for (const auto& rule : samples::all_rules()) collect_keys(rule, names);

  each_object([&](const Type& type, const std::string& path) {
    if (path.starts_with("/params")) return;
    for (const auto& key : type.keys) {
      const bool is_apart = key.name == "params" || key.name == "pipeline" || key.name == "extends" || is_open(key);
      EXPECT_TRUE(is_apart || names.contains(std::string(key.name))) << path << "/" << key.name;
    }
  });
}

TEST(Vocabulary, LetsEveryKeyAndEveryWordChangeTheRule) {
  std::map<std::string, Rule> by_canonical;
  for (const auto& sample : samples::all_rules()) {
    const auto bound = bind(parse(sample.canonical()), {});
    by_canonical.emplace(bound.canonical, bound.rule);
  }
  ASSERT_GT(by_canonical.size(), 400U);

  for (auto a = by_canonical.begin(); a != by_canonical.end(); ++a) {
    for (auto b = std::next(a); b != by_canonical.end(); ++b) {
      EXPECT_FALSE(a->second == b->second) << a->first << "\n" << b->first;
    }
  }
}

TEST(Vocabulary, StatesDefaultsInCanonicalForm) {
  each_object([](const Type& type, const std::string& path) {
    for (const auto& key : type.keys) {
      if (!key.traits.fallback) continue;
      // An action whose body is empty does nothing; its default is not meant to be written.
      if (type.name == "action" || type.name == "laterAction") continue;
      Report report;
      const auto canonical = Walker(report).walk(*key.type, *key.traits.fallback, "");

      ASSERT_TRUE(canonical) << path << "/" << key.name << "\n" << text_of(report.errors);
      EXPECT_EQ(canonical->canonical(), key.traits.fallback->canonical()) << path << "/" << key.name;
    }
  });
}

/// The rule's canonical form with nothing removed.
std::optional<Value> full_form(const Value& rule) {
  Report report;
  Walker walker(report);
  walker.keep_defaults();
  return walker.walk(rule_type(), rule, "");
}

TEST(Vocabulary, HasTheDefaultsOfTheModel) {
  std::size_t compared = 0;
  for (const auto& [path, with, without] : samples::all_defaults()) {
    const auto stated = full_form(with);
    const auto silent = full_form(without);
    ASSERT_TRUE(stated) << path << ": " << with.canonical();
    if (!silent) continue;  // the object needs something: the samples have it

    EXPECT_TRUE(read_rule(*stated) == read_rule(*silent)) << path << ": " << with.canonical();
    ++compared;
  }
  EXPECT_GT(compared, 90U);
}

TEST(Vocabulary, DocumentsEveryKeyOfTheTop) {
  for (const auto& key : rule_type().keys) EXPECT_FALSE(key.doc.empty()) << key.name;
  for (const auto& key : action_type().keys) EXPECT_FALSE(key.doc.empty()) << key.name;
}

TEST(Vocabulary, NamesNothingTwice) {
  each_object([](const Type& type, const std::string& path) {
    std::set<std::string_view> names;
    for (const auto& key : type.keys) EXPECT_TRUE(names.insert(key.name).second) << path << "/" << key.name;
    for (const auto& key : type.keys) {
      std::set<std::string_view> words;
      for (const auto& choice : key.type->choices) {
        EXPECT_TRUE(words.insert(choice.name).second) << choice.name;
        for (const auto alias : choice.aliases) EXPECT_TRUE(words.insert(alias).second) << alias;
      }
    }
  });
}

}  // namespace
}  // namespace calotype::rules
