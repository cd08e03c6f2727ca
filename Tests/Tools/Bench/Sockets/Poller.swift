import CLinux
import Glibc

/// Level-triggered epoll: reports which descriptors are readable or writable.
///
/// Implemented on the system calls, because the bench has to cost less than what it measures.
struct Poller: ~Copyable {
    static let readable = clinux_readable
    static let writable = clinux_writable

    private let descriptor: Int32
    private let events: UnsafeMutableBufferPointer<epoll_event>

    /// - Throws: `SocketError` if the kernel has no more descriptors.
    init() throws {
        descriptor = epoll_create1(Int32(O_CLOEXEC))
        guard descriptor >= 0 else { throw SocketError("epoll_create1") }
        events = .allocate(capacity: 512)
    }

    deinit {
        close(descriptor)
        events.deallocate()
    }

    /// - Parameter token: what `wait` reports for this descriptor.
    func add(_ watched: Int32, token: Int, events: UInt32 = readable) throws {
        try control(EPOLL_CTL_ADD, watched, token, events)
    }

    func change(_ watched: Int32, token: Int, events: UInt32) throws {
        try control(EPOLL_CTL_MOD, watched, token, events)
    }

    func remove(_ watched: Int32) {
        epoll_ctl(descriptor, EPOLL_CTL_DEL, watched, nil)
    }

    /// Waits, and calls `body` for each descriptor that is ready.
    ///
    /// - Parameter nanoseconds: maximum time to wait; nil waits forever.
    func wait(_ nanoseconds: Int?, _ body: (_ token: Int, _ events: UInt32) throws -> Void) throws {
        var limit = timespec()
        if let nanoseconds {
            limit.tv_sec = nanoseconds / 1_000_000_000
            limit.tv_nsec = nanoseconds % 1_000_000_000
        }
        let count = withUnsafePointer(to: limit) {
            epoll_pwait2(descriptor, events.baseAddress, Int32(events.count), nanoseconds == nil ? nil : $0, nil)
        }
        guard count >= 0 else {
            if errno == EINTR { return }
            throw SocketError("epoll_pwait2")
        }
        for event in events.prefix(Int(count)) {
            try body(Int(truncatingIfNeeded: event.data.u64), event.events)
        }
    }

    private func control(_ operation: Int32, _ watched: Int32, _ token: Int, _ events: UInt32) throws {
        var event = epoll_event()
        event.events = events
        event.data.u64 = UInt64(truncatingIfNeeded: token)
        guard epoll_ctl(descriptor, operation, watched, &event) == 0 else { throw SocketError("epoll_ctl") }
    }
}
