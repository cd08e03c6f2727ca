import CCurl
import Foundation
import Outgoing
import Synchronization

/// The thread that owns a curl multi handle. Other threads put orders into its inbox and wake it; `curl_multi_wakeup`
/// is the only call on a multi handle that other threads may make.
final class TransferLoop: Sendable {
    typealias Continuation = CheckedContinuation<HTTPResponse, any Error>

    private enum Order {
        case start(UInt64, HTTPRequest, Continuation)
        case cancel(UInt64)
    }

    private struct Inbox {
        var orders: [Order] = []
        var nextID: UInt64 = 1
        /// Requests that were ordered and are not finished.
        var live: Set<UInt64> = []
        /// Requests that were cancelled before they were ordered.
        var cancelled: Set<UInt64> = []
        var isStopping = false
    }

    private let inbox = Mutex(Inbox())
    private let requestLimit: Int
    private let rules: OutgoingRules
    // Created here, used and freed only by the thread. Others only wake it, under the lock and never after it began to
    // stop.
    private nonisolated(unsafe) let multi: UnsafeMutableRawPointer?

    private static let isCurlReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(connectionsPerHost: Int, requestLimit: Int, rules: OutgoingRules = OutgoingRules()) {
        self.requestLimit = requestLimit
        self.rules = rules
        multi = Self.isCurlReady ? curl_multi_init() : nil
        guard let multi else { return }
        ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connectionsPerHost)
        let thread = Thread { [self] in run() }
        thread.name = "http-client"
        thread.start()
    }

    func stop() {
        inbox.withLock { inbox in
            guard !inbox.isStopping, let multi else { return }
            inbox.isStopping = true
            curl_multi_wakeup(multi)
        }
    }

    func perform(_ request: HTTPRequest) async throws -> HTTPResponse {
        try Task.checkCancellation()
        let id = inbox.withLock { inbox in
            defer { inbox.nextID += 1 }
            return inbox.nextID
        }
        // A cancellation may come after the end; its id must still be removed.
        defer { inbox.withLock { _ = $0.cancelled.remove(id) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if let refusal = order(.start(id, request, continuation), id: id) {
                    continuation.resume(throwing: refusal)
                }
            }
        } onCancel: {
            inbox.withLock { inbox in
                guard inbox.live.contains(id) else {
                    inbox.cancelled.insert(id)
                    return
                }
                guard !inbox.isStopping, let multi else { return }
                inbox.orders.append(.cancel(id))
                curl_multi_wakeup(multi)
            }
        }
    }

    private func order(_ order: sending Order, id: UInt64) -> (any Error)? {
        inbox.withLock { inbox in
            guard !inbox.isStopping, let multi else {
                return HTTPClientError(.stopped, "the HTTP client was shut down")
            }
            guard !inbox.cancelled.contains(id) else { return CancellationError() }
            guard inbox.live.count < requestLimit else {
                return HTTPClientError(.tooManyRequests, "\(requestLimit) requests are under way already")
            }
            inbox.live.insert(id)
            inbox.orders.append(order)
            curl_multi_wakeup(multi)
            return nil
        }
    }

    // MARK: On the thread

    private func run() {
        guard let multi else { return }
        let transfers = TransferTable(multi)
        while true {
            let (orders, isStopping) = inbox.withLock { inbox in
                defer { inbox.orders = [] }
                return (inbox.orders, inbox.isStopping)
            }
            for order in orders {
                switch order {
                case .start(let id, let request, let continuation):
                    if let failure = transfers.start(id, request, rules, continuation) { finish(failure) }
                case .cancel(let id):
                    if let ended = transfers.cancel(id) { finish(ended) }
                }
            }
            if isStopping {
                for ended in transfers.close() { finish(ended) }
                return
            }
            for ended in transfers.perform() { finish(ended) }
            transfers.wait()
        }
    }

    private func finish(_ ended: TransferTable.Ended) {
        inbox.withLock { _ = $0.live.remove(ended.id) }
        ended.continuation.resume(with: ended.result)
    }
}
