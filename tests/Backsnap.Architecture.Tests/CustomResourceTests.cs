using System.Text.Json;
using Backsnap.Kubernetes;

namespace Backsnap.Architecture.Tests;

public sealed class CustomResourceTests
{
    [Fact]
    public void Every_field_has_words_for_kubectl_explain() =>
        Assert.All(CustomResource.All, resource => Assert.Empty(resource.Undescribed()));

    [Theory]
    [InlineData("PVCBackup", "spec", typeof(PvcBackupSpec))]
    [InlineData("PVCBackup", "status", typeof(PvcBackupStatus))]
    [InlineData("PVCRestore", "spec", typeof(PvcRestoreSpec))]
    [InlineData("PVCRestore", "status", typeof(PvcRestoreStatus))]
    [InlineData("PVCMaintenance", "spec", typeof(PvcMaintenanceSpec))]
    [InlineData("PVCMaintenance", "status", typeof(PvcMaintenanceStatus))]
    public void What_is_read_from_an_object_is_in_its_schema(string kind, string part, Type record) =>
        Assert.Equal(
            record.GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Where(name => name != "equalityContract").Order(),
            CustomResource.All.Single(resource => resource.Kind == kind).Fields(part).Order());

    [Fact]
    public void Samples_name_only_fields_that_exist() =>
        Assert.All(
            Repository.Files("config/samples", "pvc*.yaml").SelectMany(CustomResource.Documents),
            sample => Assert.Empty(CustomResource.All.Single(resource => resource.Kind == CustomResource.Text(sample, "kind")).UnknownIn(sample)));

    [Fact]
    public void Every_kind_has_a_sample() =>
        Assert.All(CustomResource.All, resource => Assert.Contains(
            Repository.Files("config/samples", "*.yaml").SelectMany(CustomResource.Documents),
            sample => CustomResource.Text(sample, "kind") == resource.Kind));
}
