import { Link } from "react-router-dom";

export function NotFound() {
  return <main>There is nothing here. <Link to="/">Back to the plans</Link></main>;
}
