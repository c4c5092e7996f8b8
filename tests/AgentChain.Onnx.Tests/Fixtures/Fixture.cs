namespace AgentChain.Onnx.Tests.Fixtures;

/// <summary>Finds the files that the generator scripts in this folder wrote; they are copied beside the test assembly.</summary>
static class Fixture
{
    public static string Path(params string[] parts) =>
        System.IO.Path.Combine([AppContext.BaseDirectory, "Fixtures", .. parts]);

    /// <summary>The repository's <c>models</c> folder, found from the test assembly upwards.</summary>
    public static string Models(params string[] parts)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string models = System.IO.Path.Combine(folder.FullName, "models");
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "AgentChain.sln")) && Directory.Exists(models))
            {
                return System.IO.Path.Combine([models, .. parts]);
            }
        }

        throw new DirectoryNotFoundException("No models folder above the test assembly.");
    }
}
