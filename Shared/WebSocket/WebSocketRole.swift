/// Which end of the connection this process is: clients mask what they send, servers do not.
public enum WebSocketRole: Sendable {
    case client, server
}
