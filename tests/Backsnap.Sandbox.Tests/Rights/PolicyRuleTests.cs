using System.Text.Json;
using Backsnap.Sandbox.Rights;

namespace Backsnap.Sandbox.Tests.Rights;

public sealed class PolicyRuleTests
{
    private const string Exact = """{"verbs":["get","patch"],"apiGroups":["batch"],"resources":["jobs","jobs/status"]}""";
    private const string One = """{"verbs":["get","list"],"apiGroups":["coordination.k8s.io"],"resources":["leases"],"resourceNames":["leader"]}""";
    private const string Statuses = """{"verbs":["patch"],"apiGroups":["*"],"resources":["*/status"]}""";
    private const string Everything = """{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}""";
    private const string Paths = """{"verbs":["get"],"nonResourceURLs":["/metrics","/logs/*"]}""";

    [Theory]
    [InlineData(Exact, "GET", "/apis/batch/v1/namespaces/shop/jobs/j", true)]
    [InlineData(Exact, "PATCH", "/apis/batch/v1/namespaces/shop/jobs/j/status", true)]
    [InlineData(Exact, "DELETE", "/apis/batch/v1/namespaces/shop/jobs/j", false)]
    [InlineData(Exact, "GET", "/apis/batch/v1/namespaces/shop/jobs", false)]
    [InlineData(Exact, "GET", "/apis/batch/v1/namespaces/shop/cronjobs/j", false)]
    [InlineData(Exact, "GET", "/apis/example.com/v1/namespaces/shop/jobs/j", false)]
    [InlineData(Exact, "GET", "/apis/batch/v1/namespaces/shop/jobs/j/log", false)]
    [InlineData(One, "GET", "/apis/coordination.k8s.io/v1/namespaces/s/leases/leader", true)]
    [InlineData(One, "GET", "/apis/coordination.k8s.io/v1/namespaces/s/leases/other", false)]
    [InlineData(One, "GET", "/apis/coordination.k8s.io/v1/namespaces/s/leases", false)]
    [InlineData(Statuses, "PATCH", "/apis/batch/v1/namespaces/shop/jobs/j/status", true)]
    [InlineData(Statuses, "PATCH", "/apis/batch/v1/namespaces/shop/jobs/j", false)]
    [InlineData(Everything, "PATCH", "/apis/batch/v1/namespaces/shop/jobs/j/status", true)]
    [InlineData(Everything, "GET", "/metrics", false)]
    [InlineData(Paths, "GET", "/metrics", true)]
    [InlineData(Paths, "GET", "/metrics/more", false)]
    [InlineData(Paths, "GET", "/logs/kubelet", true)]
    [InlineData(Paths, "POST", "/metrics", false)]
    [InlineData(Paths, "GET", "/api/v1/namespaces/shop/pods", false)]
    public void A_rule_allows_what_it_names(string rule, string method, string path, bool allowed) =>
        Assert.Equal(allowed, PolicyRule.Read(JsonDocument.Parse(rule).RootElement).Allowing(RequestAttributes.Of(method, path)) is not null);
}
