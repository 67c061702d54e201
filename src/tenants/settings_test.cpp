// What is changed and removed: domains, buckets, watermarks, host names.

#include "tenants/fixture.h"

namespace calotype::tenants {
namespace {

using SettingsTest = TenantsTest;

TEST_F(SettingsTest, ADomainGoesOnceItIsEmpty) {
  const auto bucket = run_task(tenants_.buckets.add({}, domain_, {.alias = "pictures"}));
  EXPECT_EQ(problems_of(tenants_.domains.remove({}, domain_)), List{"not-empty"});
  run_task(tenants_.buckets.remove({}, bucket));

  EXPECT_EQ(problems_of(tenants_.domains.remove({}, domain_)), List{});
  EXPECT_EQ(problems_of(tenants_.domains.remove({}, domain_)), List{"missing"});
}

TEST_F(SettingsTest, ABucketSpellsItsTypesOneWay) {
  const auto bucket = run_task(tenants_.buckets.add(
      {}, domain_, {.alias = "pictures", .forbidden_types = List{"tiff", "image/gif", "gif", "video/*"}}));

  EXPECT_EQ(bucket.forbidden_types, (List{"image/gif", "image/tiff", "video/*"}));
  EXPECT_TRUE(is_forbidden(bucket, "image/gif"));
  EXPECT_TRUE(is_forbidden(bucket, "video/mp4; codecs=\"x\""));
  EXPECT_FALSE(is_forbidden(bucket, "image/png"));
  EXPECT_FALSE(is_forbidden(bucket, "videos/mp4"));
  EXPECT_EQ(
      problems_of(tenants_.buckets.change(
          {}, bucket, {.forbidden_types = List{"image/png", "Image/png", "*/*", "image/", "image/a b", "image"}})),
      (List{"/forbidden_types/1", "/forbidden_types/2", "/forbidden_types/3", "/forbidden_types/4",
            "/forbidden_types/5"}));
  EXPECT_EQ(problems_of(tenants_.buckets.change({}, bucket, {.forbidden_types = List(65, "a/b")})),
            List{"/forbidden_types"});
}

TEST_F(SettingsTest, ABucketsDefaultRuleIsOneOfItsDomain) {
  run_task(tenants_.rules.add({}, domain_, R"({"name":"card"})"));
  const auto elsewhere = run_task(tenants_.domains.add({}, tenant_, {.name = "elsewhere"}));
  run_task(tenants_.rules.add({}, elsewhere, R"({"name":"theirs"})"));
  const auto bucket = run_task(tenants_.buckets.add({}, domain_, {.alias = "pictures", .default_rule = "card@1"}));

  EXPECT_EQ(bucket.default_rule, "card@1");
  for (const auto* bad : {"theirs", "card@2", "card@live", "@", "CARD"}) {
    EXPECT_EQ(problems_of(tenants_.buckets.change({}, bucket, {.default_rule = bad})), List{"/default_rule"}) << bad;
  }
  EXPECT_EQ(run_task(tenants_.buckets.change({}, bucket, {.default_rule = ""})).default_rule, "");
}

TEST_F(SettingsTest, AnAliasIsFreeForOthersAfterItsTime) {
  const auto bucket = run_task(tenants_.buckets.add({}, domain_, {.alias = "pictures"}));
  const auto other = TenantId::random();
  run_task(catalog_.add_tenant({}, {.id = other, .name = "other"}, {.id = AccessKeyId::random(), .tenant = other}));
  const auto theirs = run_task(tenants_.domains.add({}, other, {.name = "site"}));
  run_task(tenants_.buckets.change({}, bucket, {.alias = "photos"}));
  const auto take = [&] { return tenants_.buckets.add({}, theirs, {.alias = "pictures"}); };

  EXPECT_EQ(problems_of(take()), List{"conflict"});
  clock_.advance(kAliasKept - Seconds(1));
  EXPECT_EQ(problems_of(take()), List{"conflict"});
  clock_.advance(Seconds(1));
  EXPECT_EQ(problems_of(take()), List{});
  EXPECT_EQ(problems_of(tenants_.buckets.change({}, bucket, {.alias = "pictures"})), List{"conflict"});
}

TEST_F(SettingsTest, AWatermarkIsReplacedUnderItsId) {
  const auto before = run_task(tenants_.watermarks.add({}, domain_, "logo", Bytes::from(mark())));
  clock_.advance(Seconds(5));
  const auto after = run_task(tenants_.watermarks.replace({}, before, std::nullopt, Bytes::from(mark() + "new")));

  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.alias, "logo");
  EXPECT_EQ(after.content, Digest::of(mark() + "new"));
  EXPECT_EQ(after.changed, before.created + Seconds(5));
  EXPECT_EQ(run_task(tenants_.watermarks.open({}, domain_, "logo")).source->size(), mark().size() + 3);
  EXPECT_EQ(run_task(tenants_.watermarks.replace({}, after, "", Bytes::from(mark()))).alias, "");
  EXPECT_EQ(problems_of(tenants_.watermarks.replace({}, after, "A b", Bytes::from(mark()))), List{"/metadata/alias"});
  EXPECT_EQ(problems_of(tenants_.watermarks.replace({}, after, std::nullopt, Bytes())), List{"empty-body"});
  run_task(tenants_.watermarks.remove({}, after));
  EXPECT_EQ(problems_of(tenants_.watermarks.replace({}, after, std::nullopt, Bytes::from(mark()))), List{"missing"});
}

TEST_F(SettingsTest, HostNamesHaveOneSpelling) {
  const auto made = run_task(tenants_.distributions.add({}, tenant_, {.dns_name = "IMG.Shop.Example."}));

  EXPECT_EQ(made.dns_name, "img.shop.example");
  EXPECT_EQ(problems_of(tenants_.distributions.add({}, tenant_, {.dns_name = "img.shop.example"})), List{"conflict"});
  EXPECT_EQ(problems_of(tenants_.distributions.require({}, TenantId::random(), made.id.text())), List{"missing"});
  EXPECT_EQ(run_task(tenants_.distributions.change({}, made, {.dns_name = "b.c", .auto_format = true})).dns_name,
            "b.c");
  run_task(tenants_.distributions.remove({}, made));
  EXPECT_EQ(problems_of(tenants_.distributions.remove({}, made)), List{"missing"});
}

TEST_F(SettingsTest, HostNamesAreNotTheInstallationsOwnAndNotEndless) {
  Distributions few(catalog_, clock_, {.own_hosts = {"img.calotype.example"}, .most = 2});
  EXPECT_EQ(problems_of(few.add({}, tenant_, {.dns_name = "img.Calotype.example"})), List{"/dns_name"});
  run_task(few.add({}, tenant_, {.dns_name = "a.example"}));
  run_task(few.add({}, tenant_, {.dns_name = "b.example"}));
  EXPECT_EQ(problems_of(few.add({}, tenant_, {.dns_name = "c.example"})), List{"too-many"});
}

TEST(HostName, IsFullAndNoAddress) {
  for (const auto* good : {"a.b", "img.example.com", "xn--caf-dma.example", "1.example", "a-b.c-d"}) {
    EXPECT_TRUE(is_host_name(good)) << good;
  }
  for (const auto* bad : {"", "a", "localhost", "127.0.0.1", "a.1", ".a.b", "a..b", "a.b.", "-a.b", "a-.b", "a_b.c",
                          "A.b", "a b.c", "a.b:80", "[::1]", "caf\xc3\xa9.example", "*.example.com", "a.b/c"}) {
    EXPECT_FALSE(is_host_name(bad)) << bad;
  }
  EXPECT_FALSE(is_host_name(std::string(64, 'a') + ".example"));
  EXPECT_FALSE(is_host_name(std::string(63, 'a') + "." + std::string(63, 'a') + "." + std::string(63, 'a') + "." +
                            std::string(63, 'a')));
}

}  // namespace
}  // namespace calotype::tenants
