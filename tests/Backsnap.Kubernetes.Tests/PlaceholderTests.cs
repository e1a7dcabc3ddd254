namespace Backsnap.Kubernetes.Tests;
