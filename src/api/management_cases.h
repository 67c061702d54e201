#pragma once

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "api/management_fixture.h"
#include "core/encoding.h"

namespace calotype::api {

using http::Method;

/// What a route's own tests must know: one request that succeeds, and one that is refused for what it says.
struct RouteCase {
  Sent good;
  int good_status = 200;
  Sent bad;
  int bad_status = 404;
  std::string bad_pointer{};  ///< of the first problem; empty: no problems are listed
};

class TableTest : public ManagementTest {
 protected:
  TableTest() {
    limit_in_use_ = &no_limit_;  // what is left of one would differ from answer to answer
    domain_ = make(shop_path() + "/domains", R"({"name":"site"})");
    bucket_ = make(domain_ + "/buckets", R"({"name":"pictures"})");
    rule_ = make(domain_ + "/rules", R"({"name":"thumb","actions":[{"resize":{"width":300}}]})");
    mark_ =
        make(domain_ + "/watermarks", toy_image(ImageFormat::png, {.width = 10, .height = 10}), R"({"alias":"logo"})");
    object_ = make(bucket_ + "/objects", picture("first"), R"({"oid":"a b/c.jpg"})");
    doomed_ = make(bucket_ + "/objects", picture("second"), R"({"oid":"doomed.jpg"})");
    make_spares();
    cases_ = make_cases();
  }

  static std::string picture(std::string_view rest) {
    return toy_image(ImageFormat::jpg, {.width = 40, .height = 30}, 1, rest);
  }

  /// What is there to be removed.
  void make_spares() {
    make(shop_path() + "/domains", R"({"name":"empty"})");
    const auto spare = make(shop_path() + "/domains", R"({"name":"spare"})");
    make(spare + "/buckets", R"({"name":"spare"})");
    make(spare + "/rules", R"({"name":"doomed"})");
    make(spare + "/rules", R"({"name":"spare","quality":70})");
    send({.method = Method::put, .path = spare + "/rules/spare/labels/live", .body = R"({"revision":1})"}, shop_);
    send({.method = Method::put, .path = rule_ + "/rollout", .body = R"({"from":1,"percent":5})"}, shop_);
    send({.method = Method::put, .path = spare + "/rules/spare/rollout", .body = R"({"from":1,"percent":5})"}, shop_);
    make(spare + "/watermarks", picture("doomed"), R"({"alias":"doomed"})");
    host_ = make_host("img.shop.example");
    doomed_host_ = make_host("img.doomed.example");
    make_uploads();
    const auto purge =
        send({.method = Method::post, .path = shop_path() + "/purges", .body = R"({"bucket":"pictures"})"}, shop_);
    purge_ = purge.location().substr(std::string_view("/api/v1").size());
    hook_ = make(shop_path() + "/webhooks", R"({"url":"https://hooks.example/a"})");
    doomed_hook_ = make(shop_path() + "/webhooks", R"({"url":"https://hooks.example/b"})");
    for (const auto* alias : {"spare", "doomed"}) {
      make(shop_path() + "/policies", std::string(R"({"alias":")") + alias +
                                          R"(","policy":{"version":"2017-04-04","statements":[{"effect":"Allow",)"
                                          R"("actions":["yams:*:*"],"resources":["yams:*:*:*"]}]}})");
    }
    key_ = make(shop_path() + "/access-keys", R"({"policies":["spare"]})");
    doomed_key_ = make(shop_path() + "/access-keys", R"({"policies":[]})");
    signing_ = make(shop_path() + "/signing-keys", "");
    doomed_signing_ = make(shop_path() + "/signing-keys", "");
    invitation_ = send({.method = Method::post, .path = "/invitations"}, house_).location().substr(7);
  }

  /// One under way, one whose parts are all there, and an object that can be restored.
  void make_uploads() {
    const auto begin = [&](const std::string& name) {
      const Sent sent{.method = Method::post,
                      .path = bucket_ + "/objects",
                      .metadata = R"({"oid":")" + name + R"("})",
                      .query = "uploads"};
      const auto got = send(sent, shop_);
      EXPECT_EQ(got.status, 200) << got.body;
      return "uploadId=" + got.at("/upload_id");
    };
    begun_ = begin("begun.jpg");
    whole_ = begin("whole.jpg");
    const Sent part{.method = Method::put,
                    .path = bucket_ + "/objects/whole.jpg",
                    .body = picture("whole"),
                    .query = whole_ + "&partNumber=1"};
    EXPECT_EQ(send(part, shop_).status, 200);
    const auto removed = make(bucket_ + "/objects", picture("removed"), R"({"oid":"removed.jpg"})");
    EXPECT_EQ(send({.method = Method::del, .path = removed}, shop_).status, 202);
  }

  std::string make_host(const std::string& name) {
    const auto got = send(
        {.method = Method::post, .path = shop_path() + "/distributions", .body = R"({"dns_name":")" + name + R"("})"},
        shop_);
    EXPECT_EQ(got.status, 202) << got.body;
    return got.location().substr(7);
  }

  std::map<std::string, RouteCase> make_cases() const {
    const auto tenant = shop_path();
    const auto keys = tenant + "/access-keys";
    const auto rule = std::string(R"({"name":"card","actions":[{"resize":{"width":200}}]})");
    const auto bad_rule = std::string(R"({"name":"card","actions":[{"resize":{"width":200,"heigth":1}}]})");
    std::string public_pem;
    append_json_string(public_pem, test_keys("own").public_pem);
    std::map<std::string, RouteCase> all;
    all["sign_up"] = {{Method::post, "/tenants", R"({"name":"new","admin_email":"a@b.c"})"},
                      201,
                      {Method::post, "/tenants", R"({"name":"new","admin_email":"nobody"})"},
                      422,
                      "/admin_email"};
    all["list_tenants"] = {{Method::get, "/tenants"}, 200, {Method::del, "/tenants"}, 405};
    all["get_tenant"] = {{Method::get, tenant}, 200, {Method::get, "/tenants/none"}, 404};
    all["change_tenant"] = {
        {Method::put, tenant, R"({"admin_email":"new@shop.example","tokens":{"needs_expiry":false}})"},
        200,
        {Method::put, tenant, R"({"tokens":{"needs_expiry":"yes"}})"},
        422,
        "/tokens/needs_expiry"};
    all["delete_tenant"] = {{Method::del, tenant}, 202, {Method::del, "/tenants/none"}, 404};
    all["make_key"] = {{Method::post, keys, R"({"description":"importer"})"},
                       201,
                       {Method::post, keys, R"({"descripton":"importer"})"},
                       422,
                       "/descripton"};
    all["add_key"] = {{Method::put, keys, R"({"public_key":)" + public_pem + "}"},
                      201,
                      {Method::put, keys, R"({"public_key":"AAAA"})"},
                      422,
                      "/public_key"};
    all["add_domain"] = {{Method::post, tenant + "/domains", R"({"name":"second","status":"active"})"},
                         201,
                         {Method::post, tenant + "/domains", R"({"name":"No Good"})"},
                         422,
                         "/name"};
    all["list_domains"] = {{Method::get, tenant + "/domains"}, 200, {Method::put, tenant + "/domains"}, 405};
    all["get_domain"] = {{Method::get, tenant + "/domains/site"}, 200, {Method::get, tenant + "/domains/none"}, 404};
    all["add_bucket"] = {{Method::post, domain_ + "/buckets", R"({"name":"more"})"},
                         201,
                         {Method::post, domain_ + "/buckets", R"({"name":"more","cache":{"max_age":-1}})"},
                         422,
                         "/cache/max_age"};
    all["list_buckets"] = {
        {Method::get, domain_ + "/buckets"}, 200, {Method::get, tenant + "/domains/none/buckets"}, 404};
    all["get_bucket"] = {{Method::get, bucket_}, 200, {Method::get, domain_ + "/buckets/none"}, 404};
    all["add_rule"] = {{Method::post, domain_ + "/rules", rule},
                       201,
                       {Method::post, domain_ + "/rules", bad_rule},
                       422,
                       "/actions/0/resize/heigth"};
    all["list_rules"] = {{Method::get, domain_ + "/rules"}, 200, {Method::get, tenant + "/domains/none/rules"}, 404};
    all["get_rule"] = {{Method::get, rule_}, 200, {Method::get, domain_ + "/rules/none"}, 404};
    all["add_watermark"] = {{Method::post, domain_ + "/watermarks", picture("mark"), R"({"alias":"second"})"},
                            201,
                            {Method::post, domain_ + "/watermarks", picture("mark"), R"({"alias":"A B"})"},
                            422,
                            "/metadata/alias"};
    all["list_watermarks"] = {
        {Method::get, domain_ + "/watermarks"}, 200, {Method::get, tenant + "/domains/none/watermarks"}, 404};
    all["get_watermark"] = {{Method::get, mark_}, 200, {Method::get, domain_ + "/watermarks/none"}, 404};
    all["put_object"] = {{Method::post, bucket_ + "/objects", picture("new"), R"({"oid":"new.jpg"})"},
                         201,
                         {Method::post, bucket_ + "/objects", picture("new"), R"({"oid":"../x"})"},
                         422,
                         "/metadata/oid"};
    all["get_object"] = {{Method::get, object_}, 200, {Method::get, bucket_ + "/objects/none"}, 404};
    all["delete_object"] = {{Method::del, doomed_, "", R"({"oid":"doomed.jpg"})"},
                            202,
                            {Method::del, doomed_, "", R"({"oid":"another.jpg"})"},
                            422,
                            "/metadata/oid"};
    const auto objects = bucket_ + "/objects";
    all["list_objects"] = {
        {Method::get, objects}, 200, {.method = Method::get, .path = objects, .query = "max-keys=0"}, 422, "/max-keys"};
    all["put_part"] = {
        {.method = Method::put, .path = objects + "/begun.jpg", .body = "bytes", .query = begun_ + "&partNumber=7"},
        200,
        {.method = Method::put, .path = objects + "/begun.jpg", .body = "bytes", .query = begun_ + "&partNumber=0"},
        422,
        "/partNumber"};
    all["complete_upload"] = {{.method = Method::post, .path = objects + "/whole.jpg", .query = whole_},
                              200,
                              {.method = Method::post, .path = objects + "/whole.jpg"},
                              422,
                              "/uploadId"};
    all["uncache_object"] = {{Method::post, object_ + "/uncache"}, 202, {Method::post, objects + "/none/uncache"}, 404};
    all["restore_object"] = {{Method::del, bucket_ + "/delete-markers/removed.jpg"},
                             200,
                             {Method::del, bucket_ + "/delete-markers/none"},
                             404};
    const auto notes = bucket_ + "/metadata/a%20b/c.jpg";
    all["get_metadata"] = {{Method::get, notes}, 200, {Method::get, bucket_ + "/metadata/none"}, 404};
    all["explain_image"] = {{.method = Method::get, .path = bucket_ + "/explain/a%20b/c.jpg", .query = "rule=thumb"},
                            200,
                            {.method = Method::get, .path = bucket_ + "/explain/none", .query = "rule=thumb"},
                            404};
    all["set_metadata"] = {
        {Method::put, notes, R"({"credit":"Ann"})"}, 204, {Method::put, notes, R"({"credit":7})"}, 422, "/credit"};
    const auto hooks = tenant + "/webhooks";
    all["list_events"] = {{Method::get, tenant + "/events"},
                          200,
                          {.method = Method::get, .path = tenant + "/events", .query = "max-keys=x"},
                          422,
                          "/max-keys"};
    const auto purges = tenant + "/purges";
    all["list_purges"] = {{Method::get, purges}, 200, {.path = purges, .query = "max-keys=0"}, 422};
    all["add_purge"] = {{Method::post, purges, R"({"bucket":"pictures"})"},
                        202,
                        {Method::post, purges, R"({"bucket":"pictures","rule":"thumb"})"},
                        422,
                        "/rule"};
    all["get_purge"] = {{Method::get, purge_}, 200, {Method::get, purges + "/none"}, 404};
    all["list_webhooks"] = {{Method::get, hooks}, 200, {Method::put, hooks}, 405};
    all["add_webhook"] = {{Method::post, hooks, R"({"url":"https://hooks.example/c","events":["object.created"]})"},
                          201,
                          {Method::post, hooks, R"({"url":"http://127.0.0.1/"})"},
                          422,
                          "/url"};
    all["get_webhook"] = {{Method::get, hook_}, 200, {Method::get, hooks + "/none"}, 404};
    all["change_webhook"] = {{Method::put, hook_, R"({"url":"https://hooks.example/d","active":false})"},
                             200,
                             {Method::put, hook_, R"({"url":"https://hooks.example/d","events":["object.eaten"]})"},
                             422,
                             "/events/0"};
    all["delete_webhook"] = {{Method::del, doomed_hook_}, 200, {Method::del, hooks + "/none"}, 404};
    all["list_dead_letters"] = {
        {Method::get, hook_ + "/dead-letters"}, 200, {Method::get, hooks + "/none/dead-letters"}, 404};
    all["replay_events"] = {{Method::post, hook_ + "/replay", R"({"start-date":0})"},
                            202,
                            {Method::post, hook_ + "/replay", R"({"start-date":5,"end-date":4})"},
                            422,
                            "/end-date"};
    const auto spare = tenant + "/domains/spare";
    const auto spare_rule = spare + "/rules/spare";
    all["delete_domain"] = {
        {Method::del, tenant + "/domains/empty"}, 200, {Method::del, tenant + "/domains/spare"}, 409};
    all["change_bucket"] = {{Method::put, bucket_, R"({"private":true})"},
                            200,
                            {Method::put, bucket_, R"({"quota":{"objects":-1}})"},
                            422,
                            "/quota/objects"};
    all["delete_bucket"] = {{Method::del, spare + "/buckets/spare"}, 200, {Method::del, bucket_}, 409};
    all["replace_rule"] = {{Method::put, rule_, R"({"name":"thumb","quality":50})"},
                           200,
                           {Method::put, rule_, R"({"name":"other","quality":50})"},
                           422,
                           "/name"};
    all["roll_back_rule"] = {{Method::post, spare_rule + "/rollback", R"({"revision":1})"},
                             200,
                             {Method::post, spare_rule + "/rollback", R"({"revision":0})"},
                             422,
                             "/revision"};
    all["delete_rule"] = {{Method::del, spare + "/rules/doomed"}, 200, {Method::del, spare + "/rules/doomed@1"}, 400};
    all["list_revisions"] = {
        {Method::get, rule_ + "/revisions"}, 200, {Method::get, domain_ + "/rules/none/revisions"}, 404};
    all["get_revision"] = {{Method::get, rule_ + "/revisions/1"}, 200, {Method::get, rule_ + "/revisions/99"}, 404};
    all["compare_revisions"] = {{Method::get, rule_ + "/diff"}, 200, {Method::get, domain_ + "/rules/none/diff"}, 404};
    all["get_rollout"] = {{Method::get, rule_ + "/rollout"}, 200, {Method::get, domain_ + "/rules/none/rollout"}, 404};
    all["set_rollout"] = {{Method::put, rule_ + "/rollout", R"({"from":1,"percent":10})"},
                          200,
                          {Method::put, rule_ + "/rollout", R"({"from":9,"percent":10})"},
                          422,
                          "/from"};
    all["end_rollout"] = {
        {Method::del, spare_rule + "/rollout"}, 200, {Method::del, domain_ + "/rules/none/rollout"}, 404};
    all["list_labels"] = {{Method::get, rule_ + "/labels"}, 200, {Method::get, domain_ + "/rules/none/labels"}, 404};
    all["put_label"] = {{Method::put, rule_ + "/labels/live", R"({"revision":1})"},
                        200,
                        {Method::put, rule_ + "/labels/live", R"({"revision":99})"},
                        422,
                        "/revision"};
    all["delete_label"] = {{Method::del, spare_rule + "/labels/live"}, 200, {Method::del, rule_ + "/labels/none"}, 404};
    all["replace_watermark"] = {{Method::put, mark_, picture("other")},
                                200,
                                {Method::put, mark_, picture("other"), R"({"alias":"A B"})"},
                                422,
                                "/metadata/alias"};
    all["delete_watermark"] = {
        {Method::del, spare + "/watermarks/doomed"}, 200, {Method::del, domain_ + "/watermarks/none"}, 404};
    const auto hosts = tenant + "/distributions";
    all["add_distribution"] = {{Method::post, hosts, R"({"dns_name":"img.new.example","auto_format":true})"},
                               202,
                               {Method::post, hosts, R"({"dns_name":"127.0.0.1"})"},
                               422,
                               "/dns_name"};
    all["list_distributions"] = {{Method::get, hosts}, 200, {Method::put, hosts}, 405};
    all["get_distribution"] = {{Method::get, host_}, 200, {Method::get, hosts + "/none"}, 404};
    all["change_distribution"] = {{Method::put, host_, R"({"auto_format":true})"},
                                  202,
                                  {Method::put, host_, R"({"dns_name":"-"})"},
                                  422,
                                  "/dns_name"};
    all["delete_distribution"] = {{Method::del, doomed_host_}, 202, {Method::del, hosts + "/none"}, 404};
    all["get_quota"] = {{Method::get, tenant + "/quota"}, 200, {Method::del, tenant + "/quota"}, 405};
    all["set_quota"] = {{Method::put, tenant + "/quota", R"({"objects":10,"bytes":null})"},
                        200,
                        {Method::put, tenant + "/quota", R"({"objects":"10"})"},
                        422,
                        "/objects"};
    all["get_rate_limit"] = {{Method::get, tenant + "/rate-limit"}, 200, {Method::del, tenant + "/rate-limit"}, 405};
    all["set_rate_limit"] = {{Method::put, tenant + "/rate-limit", R"({"per_second":50,"burst":100})"},
                             200,
                             {Method::put, tenant + "/rate-limit", R"({"per_second":50})"},
                             422,
                             "/burst"};
    all["validate_rule"] = {{Method::post, "/schema/validate", rule},
                            200,
                            {Method::post, "/schema/validate", bad_rule},
                            422,
                            "/actions/0/resize/heigth"};
    add_access_cases(all);
    return all;
  }

  void add_access_cases(std::map<std::string, RouteCase>& all) const {
    const auto keys = shop_path() + "/access-keys";
    const auto policies = shop_path() + "/policies";
    const auto text = [](const std::string& alias, const std::string& effect = "Allow") {
      return R"({"alias":")" + alias + R"(","policy":{"version":"2017-04-04","statements":[{"effect":")" + effect +
             R"(","actions":["yams:objects:*"],"resources":["yams:*:bucket:*"]}]}})";
    };
    const std::string effect = "/policy/statements/0/effect";
    all["list_keys"] = {{Method::get, keys}, 200, {Method::del, keys}, 405};
    all["get_key"] = {{Method::get, key_}, 200, {Method::get, keys + "/none"}, 404};
    all["change_key"] = {
        {Method::put, key_, R"({"description":"x"})"}, 200, {Method::put, key_, R"({"active":"no"})"}, 422, "/active"};
    all["delete_key"] = {{Method::del, doomed_key_}, 200, {Method::del, keys + "/none"}, 404};
    all["list_key_policies"] = {{Method::get, key_ + "/policies"}, 200, {Method::get, keys + "/none/policies"}, 404};
    all["attach_policy"] = {{Method::post, key_ + "/policies", R"({"policy_alias":"default-admin"})"},
                            201,
                            {Method::post, key_ + "/policies", R"({"policy_id":"x"})"},
                            422,
                            "/policy_id"};
    all["detach_policy"] = {
        {Method::del, key_ + "/policies/spare"}, 200, {Method::del, key_ + "/policies/doomed"}, 404};
    all["list_policies"] = {{Method::get, policies}, 200, {Method::put, policies}, 405};
    all["add_policy"] = {
        {Method::post, policies, text("more")}, 201, {Method::post, policies, text("more", "Maybe")}, 422, effect};
    all["get_policy"] = {{Method::get, policies + "/spare"}, 200, {Method::get, policies + "/none"}, 404};
    all["replace_policy"] = {{Method::put, policies + "/spare", text("spare", "Deny")},
                             200,
                             {Method::put, policies + "/spare", text("spare", "")},
                             422,
                             effect};
    const auto signing = shop_path() + "/signing-keys";
    all["add_signing_key"] = {{Method::post, signing, R"({"description":"web"})"},
                              201,
                              {Method::post, signing, R"({"ends":5})"},
                              422,
                              "/ends"};
    all["list_signing_keys"] = {{Method::get, signing}, 200, {Method::put, signing}, 405};
    all["change_signing_key"] = {{Method::put, signing_, R"({"description":"x"})"},
                                 200,
                                 {Method::put, signing_, R"({"ends":-1})"},
                                 422,
                                 "/ends"};
    all["delete_signing_key"] = {{Method::del, doomed_signing_}, 200, {Method::del, signing + "/none"}, 404};
    all["make_invitation"] = {{Method::post, "/invitations", R"({"note":"for Ann"})"},
                              201,
                              {Method::post, "/invitations", R"({"expires_in":0})"},
                              422,
                              "/expires_in"};
    all["list_invitations"] = {{Method::get, "/invitations"}, 200, {Method::put, "/invitations"}, 405};
    all["delete_invitation"] = {{Method::del, invitation_}, 200, {Method::del, "/invitations/none"}, 404};
    all["delete_policy"] = {{Method::del, policies + "/doomed"}, 200, {Method::del, policies + "/default-admin"}, 409};
  }

  /// The whole table; what takes all the rest with it is last.
  static std::vector<ManagementRoute> table() {
    auto routes = management_table();
    const auto last = std::ranges::find(routes, "delete_tenant", &ManagementRoute::name);
    std::rotate(last, std::next(last), routes.end());
    return routes;
  }

  /// The case of a route; fails the test where there is none.
  RouteCase case_of(const ManagementRoute& route) {
    const auto found = cases_.find(route.name);
    EXPECT_NE(found, cases_.end()) << "no case for route " << route.name;
    return found == cases_.end() ? RouteCase{} : found->second;
  }

  /// Who may call it, and nobody else.
  Signer friend_of(const ManagementRoute& route) const {
    return route.guard == Guard::operators || route.guard == Guard::sign_up ? house_ : shop_;
  }

  std::string domain_;
  std::string bucket_;
  std::string rule_;
  std::string mark_;
  std::string object_;
  std::string doomed_;
  std::string host_;
  std::string doomed_host_;
  std::string purge_;
  std::string hook_;
  std::string doomed_hook_;
  std::string key_;
  std::string doomed_key_;
  RateLimit no_limit_{{.tenant = {}, .sign_ups_per_hour = 0}, clock_};
  std::string signing_;
  std::string doomed_signing_;
  std::string invitation_;
  std::string begun_;
  std::string whole_;
  std::map<std::string, RouteCase> cases_;
};

}  // namespace calotype::api
