// Uploads in parts, over the wire.
#include "api/management_fixture.h"

namespace calotype::api {
namespace {

using http::Method;

class MultipartTest : public ManagementTest {
 protected:
  MultipartTest() {
    const auto domain = make(shop_path() + "/domains", R"({"name":"site"})");
    bucket_ = make(domain + "/buckets", R"({"name":"pictures"})");
    objects_path_ = bucket_ + "/objects";
    whole_ = toy_image(ImageFormat::jpg, {.width = 40, .height = 30}, 1, "in parts");
  }

  Got begin(const std::string& metadata = R"({"oid":"a/b.jpg"})") {
    return send({.method = Method::post, .path = objects_path_, .metadata = metadata, .query = "uploads"}, shop_);
  }
  std::string begun() { return begin().at("/upload_id"); }
  Got call(Method method, const std::string& query, const std::string& body = "", const std::string& name = "a/b.jpg") {
    return send({.method = method, .path = objects_path_ + "/" + name, .body = body, .query = query}, shop_);
  }
  Got part(const std::string& id, int number, const std::string& bytes) {
    return call(Method::put, fmt::format("uploadId={}&partNumber={}", id, number), bytes);
  }
  Got complete(const std::string& id) { return call(Method::post, "uploadId=" + id); }

  std::string bucket_;
  std::string objects_path_;
  std::string whole_;
};

TEST_F(MultipartTest, PutsPartsTogetherInTheirOrder) {
  const auto id = begun();
  const auto third = whole_.size() / 3;
  EXPECT_EQ(part(id, 3, whole_.substr(2 * third)).status, 200);
  EXPECT_EQ(part(id, 1, "wrong at first").status, 200);
  EXPECT_EQ(part(id, 2, whole_.substr(third, third)).status, 200);
  const auto again = part(id, 1, whole_.substr(0, third));
  EXPECT_EQ(again.fields.get("ETag"), "\"" + Digest::of(whole_.substr(0, third)).hex() + "\"");

  const auto got = complete(id);

  ASSERT_EQ(got.status, 200) << got.body;
  EXPECT_EQ(got.at("/object_id"), "a/b.jpg");
  EXPECT_EQ(got.at("/size"), std::to_string(whole_.size()));
  EXPECT_EQ(call(Method::get, "").body, whole_);
  EXPECT_EQ(forgotten_, std::vector<std::string>{"a/b.jpg"});
  EXPECT_EQ(complete(id).body, got.body) << "the answer may have been lost";
  EXPECT_EQ(part(id, 4, "late").status, 404);
}

TEST_F(MultipartTest, ListsWhatHasCome) {
  const auto id = begun();
  part(id, 2, "two");
  part(id, 1, "1");
  const auto got = call(Method::get, "uploadId=" + id);

  ASSERT_EQ(got.status, 200) << got.body;
  EXPECT_EQ(got.at("/parts/0/part_number"), "1");
  EXPECT_EQ(got.at("/parts/1/size"), "3");
  EXPECT_EQ(got.at("/parts/1/md5"), "b8a9f715dbb64fd5c56e7783c6820a61");
  EXPECT_EQ(got.at("/complete"), "false");
}

TEST_F(MultipartTest, RefusesWhatDoesNotFit) {
  const auto id = begun();
  EXPECT_EQ(complete(id).at("/code"), "missing-parts");
  part(id, 1, whole_);
  part(id, 3, "behind a gap");

  EXPECT_EQ(complete(id).at("/code"), "missing-parts");
  EXPECT_EQ(part(id, 10'001, "x").at("/errors/0/pointer"), "/partNumber");
  EXPECT_EQ(part(id, 2, "").status, 400);
  EXPECT_EQ(part(id, 2, std::string(10'001, 'x')).status, 413) << "of one part";
  part(id, 2, std::string(10'000, 'x'));
  part(id, 3, std::string(10'000, 'x'));
  EXPECT_EQ(part(id, 4, std::string(9'000, 'x')).status, 413) << "of all";
  EXPECT_EQ(call(Method::put, "uploadId=" + id, "x").at("/errors/0/pointer"), "/partNumber");
  EXPECT_EQ(call(Method::put, "uploadId=" + id + "&partNumber=1", "x", "other.jpg").status, 404);
  EXPECT_EQ(part("nonsense", 1, "x").status, 404);
  EXPECT_EQ(begin(R"({"oid":"../x"})").at("/errors/0/pointer"), "/metadata/oid");
}

TEST_F(MultipartTest, WhatIsNoPictureStaysUnderWay) {
  const auto id = begun();
  part(id, 1, "no picture at all");

  EXPECT_EQ(complete(id).status, 415);
  EXPECT_EQ(call(Method::get, "").status, 404);
  part(id, 1, whole_);
  EXPECT_EQ(complete(id).status, 200) << "it could be mended";
}

TEST_F(MultipartTest, AbortsOnce) {
  const auto id = begun();
  part(id, 1, whole_);

  EXPECT_EQ(call(Method::del, "uploadId=" + id).status, 204);
  EXPECT_EQ(call(Method::del, "uploadId=" + id).status, 404);
  EXPECT_EQ(complete(id).status, 404);
  EXPECT_EQ(call(Method::get, "").status, 404);
}

TEST_F(MultipartTest, AnObjectThatIsThereIsKept) {
  const auto id = begun();
  part(id, 1, whole_);
  const auto quicker = toy_image(ImageFormat::jpg, {.width = 4, .height = 3}, 1, "quicker");
  make(objects_path_, quicker, R"({"oid":"a/b.jpg"})");

  EXPECT_EQ(complete(id).status, 409);
  EXPECT_EQ(call(Method::get, "").body, quicker);
  EXPECT_EQ(begin().status, 409) << "the name is taken";
}

TEST_F(MultipartTest, ATenantHasOnlySoManyUnderWay) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(begin("{}").status, 200);

  EXPECT_EQ(begin("{}").at("/code"), "too-many-uploads");
}

}  // namespace
}  // namespace calotype::api
