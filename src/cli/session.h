#pragma once

#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/profile.h"
#include "cli/signer.h"
#include "core/context.h"
#include "core/error.h"
#include "http/client.h"

namespace calotype::cli {

/// One call of the management API.
struct Ask {
  http::Method method = http::Method::get;
  std::string path;  ///< without "/api/v1", escaped
  std::vector<std::pair<std::string, std::string>> query;
  std::string metadata = "{}";
  http::Fields fields;
  Bytes body;
  std::shared_ptr<http::BodySource> stream;
  bool is_signed = true;
};

struct Reply {
  int status = 0;
  http::Fields fields;
  std::string body;
};

/// What a remote command works with: who calls, and the connection. Thread: one.
class Session {
 public:
  Session(Profile profile, std::ostream& out, std::ostream& err, bool as_json);

  const Profile& profile() const { return profile_; }
  std::ostream& out() { return out_; }
  std::ostream& err() { return err_; }
  bool as_json() const { return as_json_; }
  http::Client& client() { return client_; }
  /// Throws invalid where the profile has none.
  const Signer& signer();

  /// Sends a signed call; waits and tries again where the service says that it is busy. Throws what the service's
  /// problem says, with its pointers and the request id in the message, and what http::Client throws.
  Task<Reply> call(Ask ask);
  /// The same, for a body that streams in.
  Task<http::ClientResponse> open(Ask ask);

 private:
  http::ClientRequest request_of(const Ask& ask);

  Profile profile_;
  std::ostream& out_;
  std::ostream& err_;
  bool as_json_;
  std::optional<Signer> signer_;
  http::Client client_;
};

/// A problem document as the Error that it stands for.
Error error_of(const std::string& what, int status, const http::Fields& fields, const std::string& body);

/// "a=b&c=d", escaped.
std::string query_text(const std::vector<std::pair<std::string, std::string>>& query);

/// The management path of the profile's tenant, domain and bucket. Throws invalid, naming the flag that is missing.
std::string tenant_path(const Profile& profile);
std::string domain_path(const Profile& profile);
std::string bucket_path(const Profile& profile);
/// Escapes a name for a path; slashes stay.
std::string object_part(const std::string& name);

}  // namespace calotype::cli
