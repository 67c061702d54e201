#include "rules/look.h"

#include <gtest/gtest.h>

#include "rules/language.h"

namespace calotype::rules {
namespace {

Digest look(const char* rule) { return bind(parse(rule), {}).look; }

TEST(Look, IsTheSameForEverySizeAndFormat) {
  const auto first = look(R"({"version":"2026-01","actions":[{"resize":{"width":300}}],"format":"jpg"})");
  EXPECT_EQ(look(R"({"actions":[{"resize":{"width":640,"enlarge":true}}],"format":"webp","quality":60})"), first);
  EXPECT_EQ(look(R"({"actions":[{"resize":{"longest":90}}],"dpr":2,"format":"jpg","encoder":{"progressive":true}})"),
            first);
}

TEST(Look, IsAnotherWhereAnythingElseDiffers) {
  const auto first = look(R"({"version":"2026-01","actions":[{"resize":{"width":300}}]})");
  for (const auto* other :
       {R"({"version":"2026-01","actions":[{"resize":{"width":300,"height":300,"fit":"crop"}}]})",
        R"({"version":"2026-01","actions":[{"resize":{"width":300}},{"blurAreas":{"areas":[{"left":1,"top":1,)"
        R"("width":9,"height":9}]}}]})",
        R"({"version":"2026-01","actions":[{"crop":{"aspect":"1:1"}},{"resize":{"width":300}}]})",
        R"({"version":"2026-01","actions":[{"resize":{"width":300}}],"watermark":{"location":"north"}})",
        R"({"version":"2026-01","actions":[{"resize":{"width":300}}],"background":"#123456"})",
        R"({"version":"2026-01","actions":[{"resize":{"width":300}},{"tone":{"grayscale":true}}]})"}) {
    EXPECT_NE(look(other), first) << other;
  }
}

TEST(Look, FollowsTheValuesOfParameters) {
  const auto document =
      parse(R"({"params":{"w":{"type":"int","min":10,"max":900,"default":300},"blur":{"type":"num","min":1,"max":9,)"
            R"("default":2}},"actions":[{"resize":{"width":"$w"}},{"blur":{"sigma":"$blur"}}]})");
  EXPECT_EQ(bind(document, {{"w", "100"}}).look, bind(document, {{"w", "200"}}).look);
  EXPECT_NE(bind(document, {{"blur", "3"}}).look, bind(document, {}).look);
}

}  // namespace
}  // namespace calotype::rules
