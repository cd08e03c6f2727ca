import CCurl
import Outgoing

/// The transfers in progress on one multi handle. Used only by its thread.
final class TransferTable {
    struct Ended {
        var id: UInt64
        var continuation: TransferLoop.Continuation
        var result: Result<HTTPResponse, any Error>
    }

    private let multi: UnsafeMutableRawPointer
    private var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
    private var handles: [UInt64: UnsafeMutableRawPointer] = [:]

    init(_ multi: UnsafeMutableRawPointer) {
        self.multi = multi
    }

    /// - Returns: the failure if the transfer could not be started, else nil.
    func start(
        _ id: UInt64, _ request: HTTPRequest, _ rules: OutgoingRules, _ continuation: TransferLoop.Continuation
    ) -> Ended? {
        guard let easy = curl_easy_init() else {
            return Ended(
                id: id, continuation: continuation,
                result: .failure(HTTPClientError(.other, "libcurl has no handle left")))
        }
        let transfer = Transfer(id: id, easy: easy, request: request, rules: rules, continuation: continuation)
        var result = transfer.configure()
        if result == CURLE_OK, curl_multi_add_handle(multi, easy) != CURLM_OK { result = CURLE_FAILED_INIT }
        guard result == CURLE_OK else {
            return Ended(
                id: id, continuation: continuation,
                result: .failure(HTTPClientError(result, detail: transfer.errorDetail)))
        }
        transfers[easy] = transfer
        handles[id] = easy
        return nil
    }

    func cancel(_ id: UInt64) -> Ended? {
        handles[id].flatMap { end($0, .failure(CancellationError())) }
    }

    /// Advances all transfers as far as possible without waiting, and returns those that ended.
    func perform() -> [Ended] {
        var running: Int32 = 0
        curl_multi_perform(multi, &running)
        var ended: [Ended] = []
        var remaining: Int32 = 0
        while let message = curl_multi_info_read(multi, &remaining) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
                let transfer = transfers[easy]
            else { continue }
            let result = transfer.outcome(ccurl_result(message))
            if let end = end(easy, result) { ended.append(end) }
        }
        return ended
    }

    /// Waits until a socket is ready, a curl timer is due or another thread wakes this one; at most 60 s.
    func wait() {
        curl_multi_poll(multi, nil, 0, 60_000, nil)
    }

    func close() -> [Ended] {
        let ended = handles.values.compactMap {
            end($0, .failure(HTTPClientError(.stopped, "the HTTP client was shut down")))
        }
        curl_multi_cleanup(multi)
        return ended
    }

    private func end(_ easy: UnsafeMutableRawPointer, _ result: Result<HTTPResponse, any Error>) -> Ended? {
        guard let transfer = transfers.removeValue(forKey: easy) else { return nil }
        curl_multi_remove_handle(multi, easy)
        handles[transfer.id] = nil
        return Ended(id: transfer.id, continuation: transfer.continuation, result: result)
    }
}
