namespace AgentChain.Fuzz;

/// <summary>A model whose files are damaged.</summary>
/// <param name="Name">The name, which begins the names of its files in the corpus.</param>
/// <param name="Folder">The folder with the valid files.</param>
/// <param name="Files">The files to damage, relative to the folder, with their weights.</param>
/// <param name="Use">Loads the model from a folder and uses it.</param>
sealed record FuzzTarget(string Name, string Folder, (string File, int Weight)[] Files, Func<string, Task> Use);
