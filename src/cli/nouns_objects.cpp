#include <ostream>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "cli/command.h"
#include "cli/object_files.h"
#include "cli/show.h"
#include "cli/transfer.h"
#include "core/error.h"

namespace calotype::cli {

namespace {

using http::Method;
using Kind = Word::Kind;
using Place = Word::Place;
namespace json = boost::json;

const Word kObject{"OBJECT", "the object's name", Kind::text, Place::path, "", true};
const Word kPrefix{"--prefix", "before every name", Kind::text, Place::none};
const Word kJobs{"--jobs", "how many at once; default 4", Kind::number, Place::none};
const Word kPart{"--part-size", "MiB of a part of a large file; default 16", Kind::number, Place::none};

/// One page, or all of them.
Task<> list(Session& session, Words words) {
  const auto most = words.number("--max-keys", 1000, 1, 1000);
  Ask first{.path = bucket_path(session.profile()) + "/objects", .query = {{"max-keys", std::to_string(most)}}};
  if (words.has("PREFIX")) first.query.emplace_back("prefix", words.get("PREFIX"));
  if (words.has("--delimiter")) first.query.emplace_back("delimiter", words.get("--delimiter"));
  if (words.has("--recoverable")) first.query.emplace_back("show-recoverable", "true");
  std::vector<std::vector<std::string>> rows;
  std::string token = words.get("--continue");
  do {
    auto ask = first;
    if (!token.empty()) ask.query.emplace_back("continuation-token", token);
    const auto reply = co_await session.call(std::move(ask));
    if (session.as_json()) session.out() << reply.body << "\n";
    const auto page = json::parse(reply.body).as_object();
    if (const auto* folders = page.if_contains("common_prefixes"); folders != nullptr && folders->is_array()) {
      for (const auto& folder : folders->as_array())
        rows.push_back({"", "", "", folder.is_string() ? std::string(folder.as_string()) : json::serialize(folder)});
    }
    for (const auto& one : page.at("objects").as_array()) {
      const auto& object = one.as_object();
      const auto* gone = object.if_contains("deleted");
      const bool is_gone = gone != nullptr && !gone->is_null() && *gone != json::value(false);
      rows.push_back({time_text(object.at("last_modified").to_number<std::int64_t>()),
                      size_text(object.at("size").to_number<std::uint64_t>()), is_gone ? "deleted" : "",
                      std::string(object.at("object_id").as_string())});
    }
    const auto* more = page.if_contains("continuation_token");
    token = more != nullptr && more->is_string() ? std::string(more->as_string()) : std::string();
  } while (!token.empty() && words.has("--all"));
  if (session.as_json()) co_return;
  session.out() << table_text({"MODIFIED", "SIZE", "", "NAME"}, rows);
  if (!token.empty()) session.err() << "there are more: --all, or --continue " << token << "\n";
}

Task<> get(Session& session, Words words) {
  const auto name = words.get("OBJECT");
  Ask ask{.path = bucket_path(session.profile()) + "/objects/" + object_part(name)};
  auto response = co_await session.open(std::move(ask));
  auto file = words.get("FILE", name.substr(name.rfind('/') + 1));
  co_await save_response(response, std::move(file), nullptr);
}

/// What a HEAD says.
Task<> show(Session& session, Words words) {
  Ask ask{.method = Method::head,
          .path = bucket_path(session.profile()) + "/objects/" + object_part(words.get("OBJECT"))};
  const auto reply = co_await session.call(std::move(ask));
  json::object said{{"object_id", words.get("OBJECT")}};
  for (const auto* name : {"Content-Type", "Content-Length", "Content-MD5", "ETag", "Last-Modified"}) {
    if (reply.fields.has(name)) said[name] = std::string(reply.fields.get(name));
  }
  const Reply shown{.status = reply.status, .fields = reply.fields, .body = json::serialize(said)};
  show_reply(session, shown, {}, "");
}

}  // namespace

std::vector<Command> object_commands() {
  const Word again{"OBJECT", "the object's name", Kind::text, Place::metadata, "oid", true};
  return {
      {.noun = "object",
       .verb = "ls",
       .doc = "list objects",
       .words = {{"PREFIX", "only names that begin with it"},
                 {"--delimiter", "fold what follows it, as / does for folders"},
                 {"--recoverable", "deleted ones too", Kind::flag},
                 {"--max-keys", "of a page; at most 1000", Kind::number},
                 {"--continue", "the token of the page before"},
                 {"--all", "every page", Kind::flag}},
       .run = list},
      {"object",
       "put",
       "store one file",
       Method::post,
       "{bucket}/objects",
       {{"FILE", "the file; - for standard input", Kind::body_file, Place::body, "", true},
        {"--name", "the object's name; none: the service makes one", Kind::text, Place::metadata, "oid"},
        {"--expires", "when it goes, in seconds since 1970", Kind::number, Place::metadata, "x-object-expiration"}}},
      {.noun = "object",
       .verb = "push",
       .doc = "store a folder, or a file, several at a time; goes on where a killed one was",
       .words = {{"PATH", "the folder or file", Kind::text, Place::none, "", true},
                 kPrefix,
                 kJobs,
                 kPart,
                 {"--expires", "when they go, in seconds since 1970", Kind::number}},
       .run = push_folder},
      {.noun = "object",
       .verb = "sync",
       .doc = "store what differs, by size and MD5",
       .words = {{"FOLDER", "the folder", Kind::text, Place::none, "", true},
                 kPrefix,
                 {"--delete", "remove objects that the folder lacks; recoverable", Kind::flag},
                 {"--dry-run", "only say what would be done", Kind::flag},
                 kJobs,
                 kPart},
       .run = sync_folder},
      {.noun = "object",
       .verb = "pull",
       .doc = "fetch objects into a folder; what is there already stays",
       .words = {{"FOLDER", "the folder", Kind::text, Place::none, "", true}, kPrefix, kJobs},
       .run = pull_folder},
      {.noun = "object",
       .verb = "get",
       .doc = "fetch one original",
       .words = {kObject, {"FILE", "where to; - for standard output; default: the name's last part"}},
       .run = get},
      {.noun = "object", .verb = "show", .doc = "size, type and digest of one", .words = {kObject}, .run = show},
      {"object",
       "rm",
       "remove one; recoverable unless --force",
       Method::del,
       "{bucket}/objects/{OBJECT}",
       {again, {"--force", "for good", Kind::flag, Place::metadata, "force"}},
       {},
       "removed"},
      {"object",
       "restore",
       "bring a removed one back",
       Method::del,
       "{bucket}/delete-markers/{OBJECT}",
       {kObject},
       {},
       "restored"},
      {"object", "metadata", "expiry and metadata of one", Method::get, "{bucket}/metadata/{OBJECT}", {kObject}},
      {"object",
       "set-metadata",
       "change them",
       Method::put,
       "{bucket}/metadata/{OBJECT}",
       {kObject,
        {"--expires", "when it goes, in seconds since 1970", Kind::number, Place::body, "x-object-expiration"},
        {"--file", "a file with the metadata", Kind::json_file, Place::body, ""}},
       {},
       "stored"},
      {"object",
       "uncache",
       "drop its renditions",
       Method::post,
       "{bucket}/objects/{OBJECT}/uncache",
       {kObject},
       {},
       "dropped"},
  };
}

}  // namespace calotype::cli
