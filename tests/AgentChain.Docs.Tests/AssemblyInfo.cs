using Xunit.Sdk;
using Xunit.v3;

// Some tests read what a snippet prints, and the console belongs to the whole process.
[assembly: Parallelization(Mode = ParallelMode.None)]
