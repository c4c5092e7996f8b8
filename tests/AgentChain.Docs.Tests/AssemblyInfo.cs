// Some tests read what a snippet prints, and the console belongs to the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
