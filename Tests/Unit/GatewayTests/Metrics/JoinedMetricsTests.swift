import Domain
import Foundation
import TestSupport
import Testing
import Wire

@testable import GatewayService

@Suite struct JoinedMetricsTests {
    @Test func `series of several processes say whose they are and stand together by name`() {
        var joined = JoinedMetrics()
        joined.add(
            "# HELP bat_b B.\n# TYPE bat_b counter\nbat_b 1\n# TYPE bat_a gauge\nbat_a{x=\"1\"} 2\n", of: "relay",
            instance: "1")
        joined.add("# HELP bat_b B.\n# TYPE bat_b counter\nbat_b 3\n", of: "relay", instance: "2")
        #expect(
            joined.text == """
                # TYPE bat_a gauge
                bat_a{process="relay",process_instance="1",x="1"} 2
                # HELP bat_b B.
                # TYPE bat_b counter
                bat_b{process="relay",process_instance="1"} 1
                bat_b{process="relay",process_instance="2"} 3

                """)
    }

    @Test func `a histogram stays whole`() {
        var joined = JoinedMetrics()
        for instance in ["1", "2"] {
            joined.add(
                "# TYPE bat_h histogram\nbat_h_bucket{le=\"1\"} 1\nbat_h_bucket{le=\"+Inf\"} 1\nbat_h_sum 1\nbat_h_count 1\n",
                of: "relay", instance: instance)
        }
        let lines = joined.text.split(separator: "\n")
        #expect(lines.count == 9)
        #expect(lines.first == "# TYPE bat_h histogram")
        #expect(lines.filter { $0.hasPrefix("#") }.count == 1)
        #expect(lines.contains(#"bat_h_bucket{process="relay",process_instance="2",le="+Inf"} 1"#))
    }

    @Test func `what is no series is left out, and a name cannot break the page`() {
        var joined = JoinedMetrics()
        joined.add("nonsense\n#\n# TYPE\n\n{} 1\nbat_x 1\n", of: "relay", instance: "a\"\n")
        #expect(joined.text == #"bat_x{process="relay",process_instance="a\"\n"} 1"# + "\n")
    }

    @Test func `a process that does not answer is shown as down, and the others as they are`() async throws {
        let sockets = try TestFolders.temporary("nm").path
        let gateway = try await TestGateway(sockets: sockets)
        try FileManager.default.createDirectory(atPath: sockets + "/scoring", withIntermediateDirectories: true)
        #expect(FileManager.default.createFile(atPath: sockets + "/scoring/7.sock", contents: nil))
        let page = try await gateway.get("/metrics").text
        #expect(page.contains(#"bat_process_up{process="scoring",process_instance="7"} 0"#))
        #expect(page.contains(#"bat_process_up{process="gateway",process_instance=""#))
        #expect(page.contains(#"process_open_fds{process="gateway",process_instance=""#))
    }
}
