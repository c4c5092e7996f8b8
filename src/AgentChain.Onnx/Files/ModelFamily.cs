using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Files;

/// <summary>
/// Describes the folder that a loader takes: what must be in it, how it is recognized, and what a host does that passed another one.
/// </summary>
/// <param name="Kind">The kind of model, with its article.</param>
/// <param name="Loader">The method that loads it.</param>
/// <param name="Remedy">A sentence: where such a folder comes from.</param>
sealed record ModelFamily(string Kind, string Loader, string Remedy)
{
    /// <summary>The files without which the folder cannot be loaded: for each, the alternatives.</summary>
    public required FileChoice[] Required { get; init; }

    /// <summary>The files, any of which only a folder of this family has.</summary>
    public FileChoice Signs { get; init; } = new();

    /// <summary>The <c>model_type</c> in the family's <c>config.json</c>, if there is a single one.</summary>
    public string? ModelType { get; init; }

    /// <summary>Loads a folder of this family.</summary>
    /// <param name="folder">The path that the host passed.</param>
    /// <param name="load">Reads the files.</param>
    /// <exception cref="OnnxModelException">
    /// The folder does not exist or lacks a file, or <paramref name="load"/> threw it. The message names the folder and, if it is
    /// recognized as one of another family, its loader.
    /// </exception>
    public T Load<T>(string folder, Func<T> load)
    {
        Check(folder);
        try
        {
            return load();
        }
        catch (OnnxModelException error) when (error.GetType() == typeof(OnnxModelException))
        {
            // Errors about a graph name its file only.
            string where = error.Message.Contains(folder, StringComparison.Ordinal) ? "" : $"'{folder}': ";
            string advice = ModelFamilies.Other(folder, this) is { } other ? " " + Advice(other) : "";
            if (where.Length + advice.Length == 0)
            {
                throw;
            }

            throw new OnnxModelException(where + error.Message + advice, error) { File = error.File ?? folder, Field = error.Field };
        }
    }

    /// <summary>Whether the folder has a file that only this family has.</summary>
    public bool Recognizes(string folder, string? modelType) => Signs.IsIn(folder) || (ModelType is not null && ModelType == modelType);

    string All => string.Join(", and ", Required.Select(c => c.ToString()));

    void Check(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw File.Exists(folder)
                ? Error(folder, $"is a file; the folder of {Kind} is required, with {All}. Pass the folder that contains the file.")
                : Error(folder, $"does not exist; the folder of {Kind} is required, with {All}. {FolderContent.Around(folder)}");
        }

        FileChoice[] missing = [.. Required.Where(choice => !choice.IsIn(folder))];
        if (missing.Length > 0)
        {
            string advice = ModelFamilies.Other(folder, this) is { } other ? Advice(other) : Remedy;
            throw Error(
                folder, $"cannot be loaded as {Kind}: it has no {string.Join(", and no ", missing.Select(c => c.ToString()))}. The folder {FolderContent.Describe(folder)}. {advice}");
        }
    }

    static string Advice(ModelFamily other) => $"The folder is that of {other.Kind}; load it with {other.Loader}.";

    static OnnxModelException Error(string folder, string problem) => new($"'{folder}' {problem}") { File = folder };
}
