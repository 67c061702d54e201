#include "tenants/tenants.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "tenants/fields.h"
#include "tenants/fixture.h"

namespace calotype::tenants {
namespace {

TEST_F(TenantsTest, DomainsAreFoundByIdAndName) {
  EXPECT_EQ(run_task(tenants_.domains.require({}, tenant_, "site")).id, domain_.id);
  EXPECT_EQ(run_task(tenants_.domains.require({}, tenant_, domain_.id.text())).name, "site");
  for (const auto* other : {"none", "", "SITE", "site ", "../site"}) {
    EXPECT_EQ(problems_of(tenants_.domains.require({}, tenant_, other)), List{"missing"}) << other;
  }
  EXPECT_EQ(problems_of(tenants_.domains.require({}, TenantId::random(), domain_.id.text())), List{"missing"});
}

TEST_F(TenantsTest, DomainsAreCheckedAndUnique) {
  EXPECT_EQ(problems_of(tenants_.domains.add({}, tenant_, {.name = "A b", .status = "asleep"})),
            (List{"/name", "/status"}));
  EXPECT_EQ(problems_of(tenants_.domains.add({}, tenant_, {.name = "site"})), List{"conflict"});
  EXPECT_EQ(problems_of(tenants_.domains.add({}, TenantId::random(), {.name = "site"})), List{"missing"});
}

TEST_F(TenantsTest, BucketsAreCheckedAndFoundInTheirDomain) {
  const auto bucket = run_task(tenants_.buckets.add({}, domain_, {.alias = "pictures", .region = "eu"}));
  const auto elsewhere = run_task(tenants_.domains.add({}, tenant_, {.name = "elsewhere"}));

  EXPECT_EQ(bucket.max_age, Seconds(86'400));
  EXPECT_EQ(run_task(tenants_.buckets.require({}, domain_, "pictures")).id, bucket.id);
  EXPECT_EQ(run_task(tenants_.buckets.require({}, domain_, bucket.id.text())).id, bucket.id);
  EXPECT_EQ(problems_of(tenants_.buckets.require({}, elsewhere, bucket.id.text())), List{"missing"});
  EXPECT_EQ(problems_of(tenants_.buckets.require({}, elsewhere, "pictures")), List{"missing"});
  EXPECT_EQ(problems_of(tenants_.buckets.add({}, elsewhere, {.alias = "pictures"})), List{"conflict"});
  EXPECT_EQ(problems_of(tenants_.buckets.add({}, domain_,
                                             {.alias = "tenants", .region = "E U", .max_age = Seconds(31'536'001)})),
            (List{"/name", "/region", "/cache/max_age"}));
}

TEST_F(TenantsTest, RulesKeepTheirTextAndHash) {
  const std::string body = R"({ "name": "thumb", "actions": [ {"resize": {"width": 300}} ] })";
  const auto rule = run_task(tenants_.rules.add({}, domain_, body));

  EXPECT_EQ(rule.body, body);
  EXPECT_EQ(rule.name, "thumb");
  EXPECT_EQ(rule.revision, 1);
  EXPECT_EQ(run_task(tenants_.rules.require({}, domain_, "thumb")).id, rule.id);
  EXPECT_EQ(run_task(tenants_.rules.require({}, domain_, rule.id.text())).hash, rule.hash);
  EXPECT_EQ(problems_of(tenants_.rules.add({}, domain_, body)), List{"conflict"});
  EXPECT_EQ(problems_of(tenants_.rules.require({}, domain_, "other")), List{"missing"});
}

TEST_F(TenantsTest, RulesAreRefusedWithEveryError) {
  EXPECT_EQ(problems_of(tenants_.rules.add({}, domain_, R"({"actions":[]})")), List{"/name"});
  EXPECT_EQ(problems_of(tenants_.rules.add({}, domain_, R"({"name":"a","quality":101,"colour":1})")).size(), 2U);
  EXPECT_EQ(run_task(tenants_.rules.list({}, domain_)).size(), 0U);
}

TEST_F(TenantsTest, WatermarksAreBlobsWithARow) {
  const auto stored = run_task(tenants_.watermarks.add({}, domain_, "logo", Bytes::from(mark())));
  const auto unnamed = run_task(tenants_.watermarks.add({}, domain_, "", Bytes::from(mark() + "2")));

  EXPECT_EQ(stored.content, Digest::of(mark()));
  EXPECT_EQ(stored.info.size, (Size{.width = 8, .height = 4}));
  EXPECT_EQ(run_task(tenants_.watermarks.open({}, domain_, "logo")).source->size(), mark().size());
  EXPECT_EQ(run_task(tenants_.watermarks.open({}, domain_, unnamed.id.text())).watermark.alias, "");
  EXPECT_EQ(problems_of(tenants_.watermarks.open({}, domain_, "")), List{"missing"})
      << "an alias that is none finds none";
  EXPECT_EQ(run_task(tenants_.watermarks.list({}, domain_)).size(), 2U);
  EXPECT_EQ(problems_of(tenants_.watermarks.add({}, domain_, "logo", Bytes::from(mark()))), List{"conflict"});
}

TEST_F(TenantsTest, WatermarksThatAreRefusedLeaveNothing) {
  EXPECT_EQ(problems_of(tenants_.watermarks.add({}, domain_, "No", Bytes::from(mark()))), List{"/metadata/alias"});
  for (const auto& bytes : {std::string(), std::string("text"), mark() + std::string(100, 'x'),
                            toy_image(ImageFormat::png, {.width = 20'000, .height = 20'000})}) {
    EXPECT_EQ(problems_of(tenants_.watermarks.add({}, domain_, "logo", Bytes::from(bytes))).size(), 1U);
  }
  EXPECT_EQ(blobs_.count(), 0U);
}

/// Making a key runs on the pool, whose thread holds on to the loop for a moment: the loop ends last.
class AccountsTest : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    std::optional<T> result;
    std::exception_ptr failure;
    const auto keep = [](Task<T> given, std::optional<T>& into) -> Task<> { into = co_await std::move(given); };
    boost::asio::co_spawn(loop_, keep(std::move(task), result), [&](std::exception_ptr thrown) { failure = thrown; });
    loop_.restart();
    loop_.run_for(kRunLimit);
    if (failure) std::rethrow_exception(failure);
    return std::move(result.value());
  }

  boost::asio::io_context loop_;
  FakeClock clock_;
  MemoryCatalog catalog_;
  BlockingPool pool_{1};
  std::atomic<int> made_ = 0;
  Accounts accounts_{catalog_, clock_, pool_, [this] {
                       ++made_;
                       return KeyHalves{.private_pem = "secret", .public_pem = "open"};
                     }};
};

TEST_F(AccountsTest, TheFirstStartMakesTheOperatorsOnce) {
  const auto first = run(accounts_.ensure_operator({}));
  const auto second = run(accounts_.ensure_operator({}));

  ASSERT_TRUE(first);
  EXPECT_TRUE(first->tenant.is_operator);
  EXPECT_EQ(first->private_pem, "secret");
  EXPECT_EQ(run(catalog_.find_key({}, first->key.id))->key.public_key_pem, "open");
  EXPECT_FALSE(second) << "its private half is shown once";
  EXPECT_EQ(made_, 1);
}

TEST_F(AccountsTest, SignUpMakesATenantThatIsNoOperator) {
  const auto made = run(accounts_.sign_up({}, {.name = "Shop", .admin_email = "a@b.c"}));

  EXPECT_FALSE(made.tenant.is_operator);
  EXPECT_EQ(made.key.tenant, made.tenant.id);
  EXPECT_EQ(run(accounts_.require({}, made.tenant.id)).name, "Shop");
  EXPECT_EQ(run(accounts_.list({})).size(), 1U);
}

TEST_F(AccountsTest, SignUpChecksBeforeItMakesAKey) {
  for (const auto& [name, email] : {std::pair{"", "a@b.c"},
                                    {"Shop", "nobody"},
                                    {"Shop", "@b"},
                                    {"Shop", "a@"},
                                    {"Shop", "a b@c"},
                                    {"Shop", "a@b@c"},
                                    {"Sh\nop", "a@b.c"},
                                    {"\xff", "a@b.c"}}) {
    EXPECT_THROW(run(accounts_.sign_up({}, {.name = name, .admin_email = email})), Error) << name << " " << email;
  }
  EXPECT_EQ(made_, 0) << "keys are dear: a stranger's bad request makes none";
}

TEST(Alias, HasOneSpelling) {
  for (const auto& good : {"a", "0", "shop.se", "a_b-c", "x..y"}) EXPECT_TRUE(is_alias(good)) << good;
  EXPECT_TRUE(is_alias(std::string(64, 'a')));
  for (const auto& bad : {"", "A", "-a", ".a", "_a", "a b", "a/b", "ä", "a\n", "a%20"})
    EXPECT_FALSE(is_alias(bad)) << bad;
  EXPECT_FALSE(is_alias(std::string(65, 'a')));
  EXPECT_FALSE(is_alias(Uuid::random().text())) << "an id stands in the same places";
}

}  // namespace
}  // namespace calotype::tenants
