#pragma once

#include <string>

#include "delivery/delivery.h"
#include "http/message.h"
#include "model/client_hints.h"

namespace calotype::api {

/// What the fields of a request tell. What cannot be read, or is out of any sense, is not there.
ClientHints client_hints(const http::Fields& fields);

/// The value of the field Vary; empty: the answer is the same for everybody.
std::string vary(const delivery::Varies& varies);

}  // namespace calotype::api
