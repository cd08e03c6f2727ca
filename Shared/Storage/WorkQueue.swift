import Glibc

/// A queue of blocking work for threads of its own. Its total cost is limited: work that does not fit is refused, so
/// that a disk or a database that hangs does not fill memory.
///
/// All fields are accessed only under the mutex. The condition uses the monotonic clock: a wall clock that is set back
/// must not delay a deadline.
final class WorkQueue<Work: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var waiting: [(work: Work, cost: Int)] = []
    private var taken = 0
    private var cost = 0
    private var isClosed = false
    private let limit: Int

    /// - Parameter limit: maximum total cost of the waiting work.
    init(limit: Int) {
        self.limit = limit
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    enum Refusal: Error {
        case full, closed
    }

    func add(_ work: Work, cost: Int = 1) throws(Refusal) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if isClosed { throw .closed }
        // An empty queue accepts any item, however large: otherwise it would never fit.
        if self.cost > 0, self.cost + cost > limit { throw .full }
        self.cost += cost
        waiting.append((work, cost))
        pthread_cond_signal(condition)
    }

    /// The oldest work; waits for it. Nil when the queue is closed and empty.
    func next() -> Work? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while taken == waiting.count {
            if isClosed { return nil }
            pthread_cond_wait(condition, mutex)
        }
        let (work, cost) = waiting[taken]
        taken += 1
        self.cost -= cost
        if taken == waiting.count || taken > 256 {
            waiting.removeFirst(taken)
            taken = 0
        }
        return work
    }

    /// All waiting work, or an empty array if the deadline comes first. Nil when the queue is closed and empty.
    func takeAll(until deadline: ContinuousClock.Instant?) -> [Work]? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while taken == waiting.count {
            if isClosed { return nil }
            guard let deadline else {
                pthread_cond_wait(condition, mutex)
                continue
            }
            let remaining = deadline - .now
            guard remaining > .zero, wait(for: remaining) else { return [] }
        }
        let all = waiting[taken...].map(\.work)
        waiting = []
        taken = 0
        cost = 0
        return all
    }

    /// Refuses new work. Waiting work is still handed out.
    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// False if the time has passed.
    private func wait(for duration: Duration) -> Bool {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let (seconds, attoseconds) = duration.components
        time.tv_sec += Int(min(seconds, 3600))
        time.tv_nsec += Int(attoseconds / 1_000_000_000)
        if time.tv_nsec >= 1_000_000_000 {
            time.tv_sec += 1
            time.tv_nsec -= 1_000_000_000
        }
        return pthread_cond_timedwait(condition, mutex, &time) != ETIMEDOUT
    }
}
