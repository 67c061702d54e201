// Pages of a listing: each begins where the one before ended, by the key, so that a page costs the same wherever it
// lies. A folded prefix is one step of the key, however many names it stands for.
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/object_rows.h"
#include "adapters/sqlite/rows.h"
#include "adapters/sqlite/sqlite_object_index.h"

namespace calotype {

namespace {

constexpr std::size_t kMostLooks = 20'000;
using object_rows::kBehindAll;

class Listing {
 public:
  Listing(Connection& connection, const ListAsk& ask)
      : connection_(connection), ask_(ask), at_(std::max(ask.after, ask.prefix)), end_(ask.prefix + kBehindAll) {
    // A name that is the prefix itself belongs to the first page.
    includes_start_ = ask.after < ask.prefix;
  }

  ObjectPage run() {
    while (!is_full()) {
      if (!run_to_fold()) return std::move(page_);
    }
    if (has_more()) page_.next = at_;
    return std::move(page_);
  }

 private:
  bool has_more() {
    Query row(connection_, "SELECT 1 FROM objects WHERE bucket = ? AND name >= ? AND name < ? LIMIT 1");
    const auto start = behind(at_);
    return rows::bind_all(row, ask_.bucket, start, end_).step();
  }

  /// The first text after this one.
  static std::string behind(const std::string& text) { return text + std::string(1, '\0'); }

  bool is_full() const { return page_.objects.size() + page_.prefixes.size() >= ask_.most || looks_ >= kMostLooks; }

  bool wants(const Object& object) const {
    if (object.deleted && !ask_.shows_deleted) return false;
    if (object.expires && *object.expires <= ask_.now) return false;
    return (!ask_.from || object.created >= *ask_.from) && (!ask_.until || object.created < *ask_.until);
  }

  /// The name folded, with its delimiter; empty where it is not.
  std::string folded(const std::string& name) const {
    if (ask_.delimiter.empty()) return {};
    const auto found = name.find(ask_.delimiter, ask_.prefix.size());
    return found == std::string::npos ? std::string() : name.substr(0, found + ask_.delimiter.size());
  }

  /// Reads on until the page is full or a name is folded, behind which it must be asked anew. False at the end.
  bool run_to_fold() {
    static const auto sql = std::string("SELECT ") + object_rows::kColumns +
                            " FROM objects WHERE bucket = ? AND name >= ? AND name < ? ORDER BY name LIMIT ?";
    Query row(connection_, sql);
    const auto start = includes_start_ ? at_ : behind(at_);
    rows::bind_all(row, ask_.bucket, start, end_, std::uint64_t{kMostLooks});
    includes_start_ = false;
    while (row.step()) {
      ++looks_;
      auto object = object_rows::read(row, ask_.bucket);
      auto prefix = folded(object.name);
      at_ = object.name;
      if (wants(object)) {
        if (!prefix.empty()) {
          at_ = prefix + kBehindAll;
          page_.prefixes.push_back(std::move(prefix));
          return true;
        }
        page_.objects.push_back(std::move(object));
      }
      if (is_full()) return true;
    }
    return false;
  }

  Connection& connection_;
  const ListAsk& ask_;
  std::string at_;
  const std::string end_;
  bool includes_start_ = false;
  std::size_t looks_ = 0;
  ObjectPage page_;
};

}  // namespace

Task<ObjectPage> SqliteObjectIndex::list(Context ctx, ListAsk ask) {
  auto query = [ask = std::move(ask)](Connection& connection) { return Listing(connection, ask).run(); };
  co_return co_await database_.read(std::move(ctx), std::move(query));
}

}  // namespace calotype
