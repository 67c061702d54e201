#include "rules/language.h"

#include <gtest/gtest.h>

namespace calotype::rules {
namespace {

TEST(PublishedRule, OfTheOriginalWithVersionHasThisCanonicalForm) {
  const auto document = parse(R"({"format":"jpg","watermark":{"location":"north","margin":"20px","id":"23fde277-8200-4422-9d14-3bf96bfbe78d",
      "dimension":"20%"},"actions":[{"resize":{"width":300,"fit":{"type":"clip"}}}],"version":"2016-10","quality":90})");

  EXPECT_EQ(document.canonical(),
            R"({"actions":[{"resize":{"width":300}}],"animation":{"over":"truncate"},"format":"jpg","metadata":{"keep":[]},)"
            R"("quality":{"default":90},"version":"2026-01","watermark":[{"dimension":"20%","id":"23fde277-8200-4422-9d14-3bf96bfbe78d",)"
            R"("location":"north","margin":{"x":20,"y":20}}]})");
}

}  // namespace
}  // namespace calotype::rules
