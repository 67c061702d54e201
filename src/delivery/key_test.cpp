#include "delivery/key.h"

#include <gtest/gtest.h>

namespace calotype::delivery {

namespace {

KeyParts sample() {
  return {.tenant = {*Uuid::parse("7b3c1e4e-51a2-4a0f-9d6c-2f5d4a1b0c9e")},
          .content = Digest::of("content"),
          .rule = Digest::of("rule"),
          .marks = {Digest::of("mark")},
          .format = ImageFormat::webp,
          .focal = FocalPoint{.x = 0.25, .y = 0.75},
          .limits = {}};
}

}  // namespace

TEST(RenditionKey, StaysTheSameForTheSameParts) { EXPECT_EQ(key_of(sample()), key_of(sample())); }

TEST(RenditionKey, ChangesWithEveryPart) {
  const auto change = [](auto edit) {
    auto parts = sample();
    edit(parts);
    return key_of(parts);
  };
  const auto same = key_of(sample());

  EXPECT_NE(same, change([](KeyParts& parts) { parts.tenant = TenantId::random(); }));
  EXPECT_NE(same, change([](KeyParts& parts) { parts.content = Digest::of("other"); }));
  EXPECT_NE(same, change([](KeyParts& parts) { parts.rule = Digest::of("other"); }));
  EXPECT_NE(same, change([](KeyParts& parts) { parts.marks[0] = Digest::of("other"); }));
  EXPECT_NE(same, change([](KeyParts& parts) { parts.marks[0] = std::nullopt; }));
  EXPECT_NE(same, change([](KeyParts& parts) { parts.marks.clear(); }));
  EXPECT_NE(same, change([](KeyParts& parts) { parts.format = ImageFormat::jpg; }));
  EXPECT_NE(same, change([](KeyParts& parts) { parts.focal->x = 0.5; }));
  EXPECT_NE(same, change([](KeyParts& parts) { parts.focal = std::nullopt; }));
  EXPECT_NE(same, change([](KeyParts& parts) { parts.generation = 1; }));
  EXPECT_NE(same, change([](KeyParts& parts) { parts.purged_rule = RuleId::random(); }));
  EXPECT_NE(same, change([](KeyParts& parts) { parts.fonts = Digest::of("fonts"); }));
  EXPECT_NE(change([](KeyParts& parts) { parts.fonts = Digest::of("fonts"); }),
            change([](KeyParts& parts) { parts.fonts = Digest::of("newer fonts"); }));
  EXPECT_NE(same, change([](KeyParts& parts) { parts.limits.frames = 1; }));
}

}  // namespace calotype::delivery
