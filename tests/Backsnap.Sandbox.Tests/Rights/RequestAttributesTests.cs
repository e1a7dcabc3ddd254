using Backsnap.Sandbox.Rights;

namespace Backsnap.Sandbox.Tests.Rights;

/// <summary>What rights see of a request, as the API server's own table of request infos has it.</summary>
public sealed class RequestAttributesTests
{
    [Theory]
    [InlineData("GET", "/api/v1/namespaces", "list  namespaces  -")]
    [InlineData("GET", "/api/v1/namespaces/shop", "get  namespaces shop shop")]
    [InlineData("PUT", "/api/v1/namespaces/shop/finalize", "update  namespaces/finalize shop shop")]
    [InlineData("GET", "/api/v1/namespaces/shop/pods", "list  pods shop -")]
    [InlineData("GET", "/api/v1/pods", "list  pods  -")]
    [InlineData("GET", "/api/v1/namespaces/shop/pods/p/log", "get  pods/log shop p")]
    [InlineData("POST", "/api/v1/namespaces/shop/secrets", "create  secrets shop -")]
    [InlineData("DELETE", "/api/v1/namespaces/shop/secrets", "deletecollection  secrets shop -")]
    [InlineData("DELETE", "/apis/batch/v1/namespaces/shop/jobs/j", "delete batch jobs shop j")]
    [InlineData("PATCH", "/apis/backsnap.skyb.it/v1alpha1/namespaces/shop/pvcbackups/b/status", "patch backsnap.skyb.it pvcbackups/status shop b")]
    [InlineData("GET", "/apis/storage.k8s.io/v1/storageclasses/fast", "get storage.k8s.io storageclasses  fast")]
    public void A_path_is_a_verb_on_a_resource(string method, string path, string expected)
    {
        var asked = RequestAttributes.Of(method, path);
        Assert.Equal(expected, $"{asked.Verb} {asked.Group} {asked.Combined} {asked.Namespace} {(asked.Name.Length == 0 ? "-" : asked.Name)}");
    }

    [Theory]
    [InlineData("/version")]
    [InlineData("/api/v1")]
    [InlineData("/apis/batch/v1")]
    [InlineData("/sandbox/rights")]
    public void Other_paths_are_of_no_resource(string path)
    {
        var asked = RequestAttributes.Of("GET", path);
        Assert.False(asked.IsResource);
        Assert.Equal(("get", path), (asked.Verb, asked.Path));
    }

    [Fact]
    public void A_watch_is_a_verb_of_its_own_and_one_that_selects_a_name_is_about_that_object()
    {
        Assert.Equal("watch", RequestAttributes.Of("GET", "/api/v1/pods", watch: true).Verb);
        Assert.Equal(("watch", "a"), Named("metadata.name=a", watch: true));
        Assert.Equal(("list", "a"), Named("status.phase=x,metadata.name==a", watch: false));
        Assert.Equal(("list", ""), Named("metadata.namespace=a", watch: false));

        static (string, string) Named(string selector, bool watch)
        {
            var asked = RequestAttributes.Of("GET", "/api/v1/pods", watch, selector);
            return (asked.Verb, asked.Name);
        }
    }
}
