import Domain
import Foundation
import HTTPTypes
import Storage
import Testing

@testable import GatewayService

/// How a client finds the cell of its session.
@Suite struct CellTests {
    private func cell(_ name: String, _ sessions: Int, draining: Bool = false) -> Cell {
        Cell(name: name, sessions: sessions, isDraining: draining, address: nil)
    }

    @Test func `a new session goes where the fewest are, and not where calls only end`() {
        let cells = [cell("a", 3), cell("b", 1), cell("c", 0, draining: true)]
        #expect(Placement.cell(among: cells, placed: [:], own: "a") == "b")
        #expect(Placement.cell(among: cells, placed: ["b": 3], own: "a") == "a", "what was placed since counts")
        #expect(Placement.cell(among: [cell("a", 2), cell("b", 2)], placed: [:], own: "b") == "b")
        #expect(Placement.cell(among: [cell("a", 9)], placed: [:], own: "a") == nil, "there is no choice")
        #expect(
            Placement.cell(among: [cell("a", 1, draining: true), cell("b", 1, draining: true)], placed: [:], own: "a")
                == nil)
    }

    @Test func `the address of a cell is a host or a path`() throws {
        let host = try #require(CellURLTemplate("wss://{cell}.trainer.example/"))
        #expect(host.address(of: "eu-1", under: "ws://x") == "wss://eu-1.trainer.example")
        #expect(host.socketSource == "wss://*.trainer.example")
        let path = try #require(CellURLTemplate("/c/{cell}"))
        #expect(path.address(of: "eu-1", under: "wss://trainer.example") == "wss://trainer.example/c/eu-1")
        #expect(path.socketSource == nil)
        for text in [
            "wss://trainer.example", "https://{cell}.x", "wss://a{cell}.x", "wss://x.{cell}", "{cell}",
            "/c/{cell}/{cell}",
            "/c/{cell}?x=1", "",
        ] {
            #expect(CellURLTemplate(text) == nil, "\(text)")
        }
    }

    @Test func `a session's address names its cell, where cells have addresses`() throws {
        let id = try #require(SessionID(number: 1))
        let token = SessionToken(text: "t")
        let arrival = Arrival(client: "1.2.3.4", authority: "trainer.example", isSecure: true)
        var addresses = ClientAddresses(publicURL: nil)
        #expect(
            addresses.webSocket(of: id, token: token, arrival: arrival, localAddress: nil, cell: "b")
                == "wss://trainer.example/ws/sessions/BAT-001?token=t")
        #expect(addresses.webSocket(of: id, token: token, in: "b", arrival: arrival) == nil)
        addresses.cellTemplate = CellURLTemplate("/c/{cell}")
        let address = "wss://trainer.example/c/b/ws/sessions/BAT-001?token=t"
        #expect(addresses.webSocket(of: id, token: token, arrival: arrival, localAddress: nil, cell: "b") == address)
        #expect(addresses.webSocket(of: id, token: token, in: "b", arrival: arrival) == address)
        let request = HTTPRequest(
            method: .get, scheme: "https", authority: "trainer.example",
            path: "/c/b/ws/sessions/BAT-001?token=t&moved=1&passed=1")
        let handshake = try #require(Handshake(request))
        #expect(handshake.session == "BAT-001" && handshake.followsMoved && handshake.isPassedOn)
        #expect(Handshake.session(in: "/d/b/ws/sessions/BAT-001") == nil)
    }
}
