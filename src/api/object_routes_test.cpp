// Objects over the wire: what is listed, noted, removed and brought back, and under which conditions.
#include "api/management_fixture.h"

namespace calotype::api {
namespace {

using http::Method;

class ObjectRoutesTest : public ManagementTest {
 protected:
  ObjectRoutesTest() {
    domain_ = make(shop_path() + "/domains", R"({"name":"site"})");
    bucket_ = make(domain_ + "/buckets", R"({"name":"pictures"})");
    objects_path_ = bucket_ + "/objects";
  }

  static std::string picture(std::string_view rest = "") {
    return toy_image(ImageFormat::jpg, {.width = 40, .height = 30}, 1, rest);
  }
  static http::Fields field(std::string name, std::string value) {
    http::Fields fields;
    fields.add(std::move(name), std::move(value));
    return fields;
  }
  static std::string tag_of(const std::string& bytes) { return "\"" + Digest::of(bytes).hex() + "\""; }

  std::string store(const std::string& name, const std::string& bytes = picture()) {
    clock_.advance(Seconds(1));
    return make(objects_path_, bytes, R"({"oid":")" + name + R"("})");
  }
  Got put(const std::string& name, const std::string& bytes, const http::Fields& fields) {
    return send({.method = Method::post,
                 .path = objects_path_,
                 .body = bytes,
                 .metadata = R"({"oid":")" + name + R"("})",
                 .fields = fields},
                shop_);
  }
  Got list(const std::string& query) {
    return send({.method = Method::get, .path = objects_path_, .query = query}, shop_);
  }
  Got get(const std::string& path) { return send({.method = Method::get, .path = path}, shop_); }
  Got change(Method method, const std::string& path, const std::string& body = "", const http::Fields& fields = {}) {
    return send({.method = method, .path = path, .body = body, .fields = fields}, shop_);
  }
  static std::string names_of(const Got& got) {
    std::string names;
    const auto answer = got.json();
    for (const auto& one : answer.at("objects").as_array()) names += std::string(one.at("object_id").as_string()) + " ";
    return names;
  }

  std::string domain_;
  std::string bucket_;
  std::string objects_path_;
};

TEST_F(ObjectRoutesTest, ListsPageAfterPage) {
  for (const auto* name : {"c", "a/1", "b", "a/2"}) store(name);
  auto got = list("max-keys=3");
  const auto token = got.at("/continuation_token");

  EXPECT_EQ(names_of(got), "a/1 a/2 b ");
  EXPECT_EQ(got.at("/objects/0/size"), std::to_string(picture().size()));
  got = list("max-keys=3&continuation-token=" + token);
  EXPECT_EQ(names_of(got), "c ");
  EXPECT_FALSE(got.json().as_object().contains("continuation_token"));
  EXPECT_EQ(list("prefix=a&continuation-token=" + token).at("/errors/0/pointer"), "/continuation-token")
      << "it is another listing's";
}

TEST_F(ObjectRoutesTest, ListsByPrefixTimeAndState) {
  for (const auto* name : {"a/1", "a/2", "b/1", "c"}) store(name);
  change(Method::del, objects_path_ + "/a/1");
  const auto second = [&](int nth) { return std::to_string(1'700'000'000 + nth); };

  EXPECT_EQ(names_of(list("prefix=a/")), "a/2 ");
  EXPECT_EQ(names_of(list("prefix=a/&show-recoverable=true")), "a/1 a/2 ");
  EXPECT_EQ(names_of(list("list-backup")), "a/1 a/2 b/1 c ");
  EXPECT_EQ(names_of(list("start-date=" + second(3))), "b/1 c ");
  EXPECT_EQ(names_of(list("end-date=" + second(3))), "a/2 ");
  const auto folded = list("delimiter=/");
  EXPECT_EQ(names_of(folded), "c ");
  EXPECT_EQ(folded.at("/common_prefixes"), R"(["a/","b/"])");
  EXPECT_EQ(list("show-recoverable=true").at("/objects/0/deleted"), "1700000004000");
}

TEST_F(ObjectRoutesTest, RefusesWhatNoListingCanBe) {
  for (const auto* query : {"max-keys=1001", "max-keys=x", "start-date=-1", "start-date=5&end-date=4",
                            "show-recoverable=perhaps", "continuation-token=AAAA", "delimiter=12345678901234567"}) {
    const auto got = list(query);

    EXPECT_EQ(got.status, 422) << query;
    EXPECT_EQ(got.at("/errors/0/pointer").substr(0, 1), "/") << query;
  }
}

TEST_F(ObjectRoutesTest, BringsBackWhatWasRemoved) {
  const auto path = store("a/b.jpg");
  const auto marker = bucket_ + "/delete-markers/a/b.jpg";
  EXPECT_EQ(change(Method::del, marker).status, 409) << "it is not removed";
  EXPECT_EQ(change(Method::del, path).at("/recoverable"), "true");

  EXPECT_EQ(change(Method::del, marker).status, 200);
  EXPECT_EQ(get(path).body, picture());
  change(Method::del, path);
  store("a/b.jpg", picture("other"));
  EXPECT_EQ(change(Method::del, marker).status, 409) << "the new one has taken its place";
  change(Method::del, path);
  clock_.advance(objects::kRecoverable + Seconds(1));
  EXPECT_EQ(change(Method::del, marker).status, 404) << "too late";
}

TEST_F(ObjectRoutesTest, KeepsNotesAndExpiry) {
  const auto path = store("a.jpg");
  const auto notes = bucket_ + "/metadata/a.jpg";
  EXPECT_EQ(get(notes).body, "{}");

  EXPECT_EQ(change(Method::put, notes, R"({"credit":"Ånn","x-object-expiration":1700000100})").status, 204);
  EXPECT_EQ(get(notes).body, R"({"credit":"Ånn","x-object-expiration":1700000100})");
  EXPECT_EQ(get(path).fields.get("x-object-expiration"), "1700000100");
  clock_.advance(Seconds(120));
  EXPECT_EQ(get(path).status, 404) << "it has expired";
  EXPECT_EQ(names_of(list("")), "");
  store("a.jpg");
  EXPECT_EQ(get(notes).body, "{}") << "the name's next object is another";
}

TEST_F(ObjectRoutesTest, RefusesNotesThatCannotBe) {
  store("a.jpg");
  const auto pointer = [&](const std::string& body) {
    const auto got = change(Method::put, bucket_ + "/metadata/a.jpg", body);
    EXPECT_EQ(got.status, 422) << body;
    return got.at("/errors/0/pointer");
  };

  EXPECT_EQ(pointer(R"({"a b":"x"})"), "/a b");
  EXPECT_EQ(pointer(R"({"a/b":"x"})"), "/a~1b");
  EXPECT_EQ(pointer(R"({"a":null})"), "/a");
  EXPECT_EQ(pointer(R"({"x-object-expiration":1})"), "/x-object-expiration");
  EXPECT_EQ(pointer(R"({"x-object-expiration":"soon"})"), "/x-object-expiration");
  EXPECT_EQ(pointer(R"({"a":")" + std::string(3000, 'x') + R"("})"), "/a");
}

TEST_F(ObjectRoutesTest, UploadsMayExpire) {
  const auto got = send({.method = Method::post,
                         .path = objects_path_,
                         .body = picture(),
                         .metadata = R"({"oid":"a.jpg","x-object-expiration":1700000100})"},
                        shop_);

  EXPECT_EQ(got.status, 201) << got.body;
  EXPECT_EQ(got.fields.get("x-object-expiration"), "1700000100");
}

TEST_F(ObjectRoutesTest, DropsRenditionsOfAnObject) {
  store("a/b.jpg");
  forgotten_.clear();

  EXPECT_EQ(change(Method::post, objects_path_ + "/a/b.jpg/uncache").status, 202);
  EXPECT_EQ(forgotten_, std::vector<std::string>{"a/b.jpg"});
  const auto bucket = loop_.run(catalog_.find_bucket_named({}, "pictures"));
  const auto stored = loop_.run(index_.find({}, bucket->id, "a/b.jpg"));
  EXPECT_EQ(stored->generation, 1);
  EXPECT_EQ(change(Method::post, objects_path_ + "/none/uncache").status, 404);
}

TEST_F(ObjectRoutesTest, ABucketsTermsAreKept) {
  EXPECT_EQ(change(Method::put, bucket_, R"({"forbidden_types":["image/gif"],"quota":{"objects":1}})").status, 200);

  EXPECT_EQ(put("a.gif", toy_image(ImageFormat::gif, {.width = 9, .height = 9}), {}).status, 415);
  EXPECT_EQ(put("a.jpg", picture("1"), {}).status, 201);
  const auto over = put("b.jpg", picture("2"), {});
  EXPECT_EQ(over.status, 409);
  EXPECT_EQ(over.at("/code"), "quota-exceeded");
  change(Method::del, objects_path_ + "/a.jpg");
  EXPECT_EQ(put("b.jpg", picture("2"), {}).status, 201) << "what is removed does not count";
  EXPECT_EQ(change(Method::del, bucket_ + "/delete-markers/a.jpg").at("/code"), "quota-exceeded");
}

TEST_F(ObjectRoutesTest, WritesUnderConditions) {
  const auto first = picture("1");
  const auto second = picture("2");
  EXPECT_EQ(put("a.jpg", first, field("If-Match", "*")).status, 412) << "there is none";
  EXPECT_EQ(put("a.jpg", first, field("If-None-Match", "*")).status, 201);

  EXPECT_EQ(put("a.jpg", second, field("If-None-Match", "*")).status, 412);
  EXPECT_EQ(put("a.jpg", second, {}).status, 409) << "originals are not overwritten by accident";
  EXPECT_EQ(put("a.jpg", second, field("If-Match", tag_of(second))).at("/code"), "precondition-failed");
  EXPECT_EQ(put("a.jpg", second, field("If-Match", "W/" + tag_of(first))).status, 412) << "weak";
  EXPECT_EQ(put("a.jpg", second, field("If-Match", tag_of(first))).status, 201);
  EXPECT_EQ(get(objects_path_ + "/a.jpg").body, second);
  const auto notes = bucket_ + "/metadata/a.jpg";
  EXPECT_EQ(change(Method::put, notes, "{}", field("If-Match", tag_of(first))).status, 412);
  EXPECT_EQ(change(Method::put, notes, "{}", field("If-Match", tag_of(second))).status, 204);
  EXPECT_EQ(change(Method::del, objects_path_ + "/a.jpg", "", field("If-Match", tag_of(first))).status, 412);
  EXPECT_EQ(change(Method::del, objects_path_ + "/a.jpg", "", field("If-Match", tag_of(second))).status, 202);
}

}  // namespace
}  // namespace calotype::api
