/// The five processes. The raw value is the name of the binary, of the socket folder and of the log label.
public enum ServiceName: String, Codable, CaseIterable, Sendable {
    /// Terminates client HTTP and WebSocket traffic. Listens on TCP.
    case gateway
    /// Owns live sessions and the OpenAI Realtime sockets.
    case relay
    /// Steers the customer's attitude during a call. Any number of workers.
    case supervisor
    /// Judges a finished session.
    case scoring
    /// Writes the data files, the PDF and the zip, and exports to BatMan.
    case reports
}
